package io.convoy.engine;

import io.convoy.engine.kernel.KernelException;
import io.convoy.engine.kernel.Precision;
import org.junit.jupiter.api.Assumptions;

/** What tests ask of the CPU that they run on. */
public final class ThisCpu {
    private ThisCpu() {}

    /** Skips the test, with the reason, where the CPU doesn't compute in {@code precision}. */
    public static void assumeComputes(Precision precision) {
        try {
            precision.requireCpu();
        } catch (KernelException e) {
            Assumptions.abort(e.getMessage());
        }
    }
}
