package io.convoy.engine.kernel;

import java.util.Arrays;
import org.bytedeco.dnnl.global.dnnl;

/**
 * What feature maps and their gradients are kept in, and what convolutions and fully connected layers read their weights in.
 * Products are summed in float32 either way; the results of fully connected layers, weights between steps, their gradients and
 * statistics are float32 (Kalamkar et al., "A study of BFLOAT16 for deep learning training", 2019). So is all that a layer
 * without a kernel for another precision reads and writes.
 */
public enum Precision {
    /** 24 bits of precision. */
    FLOAT32(dnnl.dnnl_f32),

    /**
     * 8 bits of precision, the range of float32: values are rounded to the nearest, to even. About twice as fast as float32 on
     * CPUs with AVX512-BF16, and refused on others.
     */
    BFLOAT16(dnnl.dnnl_bf16);

    private final int dataType;

    Precision(int dataType) {
        this.dataType = dataType;
    }

    /** The one of oneDNN's type {@code dataType}. */
    static Precision of(int dataType) {
        return Arrays.stream(values())
                .filter(precision -> precision.dataType == dataType)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "Precision expects float32 or bfloat16, but oneDNN's type is " + dataType + "."));
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
