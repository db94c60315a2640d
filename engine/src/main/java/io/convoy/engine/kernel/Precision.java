package io.convoy.engine.kernel;

import org.bytedeco.dnnl.global.dnnl;

/**
 * What convolutions and fully connected layers read their operands in. Products are summed in float32 and results are float32
 * either way, as are weights between steps, gradients of weights, statistics and all other layers (Kalamkar et al., "A study of
 * BFLOAT16 for deep learning training", 2019).
 */
public enum Precision {
    /** 24 bits of precision. */
    FLOAT32(dnnl.dnnl_f32),

    /**
     * 8 bits of precision, the range of float32: inputs, weights and output gradients are rounded to the nearest, to even, before
     * they are multiplied. About twice as fast as float32 on CPUs with AVX512-BF16, and refused on others.
     */
    BFLOAT16(dnnl.dnnl_bf16);

    private final int dataType;

    Precision(int dataType) {
        this.dataType = dataType;
    }

    /** oneDNN's number of the type. */
    int dataType() {
        return dataType;
    }

    /**
     * Checks that this CPU computes in it.
     *
     * @throws KernelException if not
     */
    public void requireCpu() {
        requireCpu(dnnl.dnnl_get_effective_cpu_isa());
    }

    /** As above, for the instruction set that oneDNN calls {@code isa}. */
    void requireCpu(int isa) {
        int wanted = dnnl.dnnl_cpu_isa_avx512_core_bf16;
        if (this == BFLOAT16 && (isa & wanted) != wanted) {
            throw new KernelException("Precision bfloat16 expects a CPU with AVX512-BF16, but oneDNN finds the"
                    + " instruction set 0x" + Integer.toHexString(isa)
                    + ". Maybe use float32, which every CPU computes.");
        }
    }
}
