package io.convoy.spark.config;

/** How large gradients are cut down. */
public sealed interface ClippingConfig {
    /**
     * {@code kind: norm}: scales the whole gradient, over all parameters that are not frozen, to {@code limit} where it is
     * longer.
     *
     * @param limit the longest gradient, above 0
     */
    record Norm(double limit) implements ClippingConfig {
        /** Checks the range. */
        public Norm {
            Expect.above("limit", limit, 0.0);
        }
    }

    /**
     * {@code kind: value}: cuts each component to between −limit and limit.
     *
     * @param limit above 0
     */
    record Value(double limit) implements ClippingConfig {
        /** Checks the range. */
        public Value {
            Expect.above("limit", limit, 0.0);
        }
    }
}
