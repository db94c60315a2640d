package io.convoy.spark.config;

import io.convoy.engine.kernel.Precision;

/**
 * How long a run trains and in which batches.
 *
 * @param epochs passes over the training data, at least 1
 * @param batch examples in one step, over all slots together
 * @param microBatch examples in one leaf of the canonical summation, at most {@code batch}. It changes bits and never follows
 *     the number of cores; ⌈batch / microBatch⌉ leaves can keep as many cores busy
 * @param precision what feature maps and their gradients are kept and weights read in while it trains: float32, the default, or
 *     bfloat16, about twice as fast on CPUs with AVX512-BF16. Sums, weights and statistics are float32 either way, and so is
 *     everything in evaluation; scoring has a setting of its own
 * @param evaluateEvery the test set is evaluated after every so many epochs and after the last one; default 1
 */
public record TrainingConfig(
        @Circumstance int epochs,
        int batch,
        int microBatch,
        @Default("float32") Precision precision,
        @Circumstance @Default("1") int evaluateEvery) {
    /** Checks that there is something to do, and that a leaf fits into a batch. */
    public TrainingConfig {
        Expect.atLeast("epochs", epochs, 1);
        Expect.atLeast("batch", batch, 1);
        Expect.atLeast("microBatch", microBatch, 1);
        Expect.that(
                microBatch <= batch,
                "microBatch",
                "expects at most the batch of " + batch + ", but it got " + microBatch + ".");
        Expect.atLeast("evaluateEvery", evaluateEvery, 1);
    }
}
