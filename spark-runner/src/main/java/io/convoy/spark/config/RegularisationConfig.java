package io.convoy.spark.config;

/**
 * Terms that the loss has for large weights: l1 · Σ|w| + l2 / 2 · Σw². Their gradient is added once a step, before clipping;
 * the loss that is reported is that of the data alone. An optimizer's weightDecay comes after clipping instead.
 *
 * @param l1 at least 0; default 0
 * @param l2 at least 0; default 0
 */
public record RegularisationConfig(
        @Default("0") double l1, @Default("0") double l2) {
    /** Checks the ranges. */
    public RegularisationConfig {
        Expect.atLeast("l1", l1, 0.0);
        Expect.atLeast("l2", l2, 0.0);
    }
}
