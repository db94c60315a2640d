package io.convoy.engine.kernel;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.dnnl.global.dnnl;
import org.junit.jupiter.api.Test;

class PrecisionCpuTest {
    @Test
    void bfloat16IsRefusedByCpusThatOnlyEmulateIt() {
        assertThatThrownBy(() -> Precision.BFLOAT16.requireCpu(dnnl.dnnl_cpu_isa_avx512_core_vnni))
                .isInstanceOf(KernelException.class)
                .hasMessage("Precision bfloat16 expects a CPU with AVX512-BF16, but oneDNN finds the instruction set"
                        + " 0x" + Integer.toHexString(dnnl.dnnl_cpu_isa_avx512_core_vnni)
                        + ". Maybe use float32, which every CPU computes.");
        assertThatCode(() -> Precision.BFLOAT16.requireCpu(dnnl.dnnl_cpu_isa_avx512_core_bf16))
                .doesNotThrowAnyException();
        assertThatCode(() -> Precision.BFLOAT16.requireCpu(dnnl.dnnl_cpu_isa_avx512_core_amx))
                .doesNotThrowAnyException();
        assertThatCode(() -> Precision.FLOAT32.requireCpu(0)).doesNotThrowAnyException();
    }
}
