package io.convoy.spark.config;

/** The rule that turns gradients into new weights. */
public sealed interface OptimizerConfig {
    /**
     * {@code kind: sgd}: v ← momentum·v + g + weightDecay·w, w ← w − rate·v (with Nesterov's form, w ← w − rate·(g +
     * weightDecay·w + momentum·v)).
     *
     * @param momentum from 0 to below 1; default 0
     * @param weightDecay at least 0; default 0
     * @param nesterov looks ahead along the momentum, which then is above 0; default false
     */
    record Sgd(
            @Default("0") double momentum,
            @Default("0") double weightDecay,
            @Default("false") boolean nesterov) implements OptimizerConfig {
        /** Checks the ranges. */
        public Sgd {
            Expect.below("momentum", momentum, 0.0, 1.0);
            Expect.atLeast("weightDecay", weightDecay, 0.0);
            Expect.that(
                    !nesterov || momentum > 0,
                    "nesterov",
                    "expects a momentum above 0, but it is 0. Maybe set momentum to 0.9.");
        }
    }

    /**
     * {@code kind: adam}: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015.
     *
     * @param beta1 decay of the mean of gradients, from 0 to below 1; default 0.9
     * @param beta2 decay of the mean of their squares, from 0 to below 1; default 0.999
     * @param epsilon added to the root in the denominator, above 0; default 1e-8
     * @param weightDecay at least 0; default 0
     */
    record Adam(
            @Default("0.9") double beta1,
            @Default("0.999") double beta2,
            @Default("1e-8") double epsilon,
            @Default("0") double weightDecay)
            implements OptimizerConfig {
        /** Checks the ranges. */
        public Adam {
            Expect.below("beta1", beta1, 0.0, 1.0);
            Expect.below("beta2", beta2, 0.0, 1.0);
            Expect.above("epsilon", epsilon, 0.0);
            Expect.atLeast("weightDecay", weightDecay, 0.0);
        }
    }
}
