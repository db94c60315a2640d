package io.convoy.spark.config;

/** The rule that turns gradients into new weights. The formulas are in the engine's records of the same names. */
public sealed interface OptimizerConfig {
    /**
     * {@code kind: sgd}: v ← momentum·v + (1 − dampening)·(g + weightDecay·w), w ← w − rate·v (with Nesterov's form, w ← w −
     * rate·(g + weightDecay·w + momentum·v)). The batch decides whether it is full-batch, mini-batch or stochastic descent.
     *
     * @param momentum from 0 to below 1; default 0
     * @param dampening from 0 to 1; default 0
     * @param weightDecay at least 0; default 0
     * @param nesterov looks ahead along the momentum, which then is above 0 and not dampened; default false
     */
    record Sgd(
            @Default("0") double momentum,
            @Default("0") double dampening,
            @Default("0") double weightDecay,
            @Default("false") boolean nesterov)
            implements OptimizerConfig {
        /** Checks the ranges. */
        public Sgd {
            Expect.below("momentum", momentum, 0.0, 1.0);
            Expect.between("dampening", dampening, 0.0, 1.0);
            Expect.atLeast("weightDecay", weightDecay, 0.0);
            Expect.that(
                    !nesterov || momentum > 0,
                    "nesterov",
                    "expects a momentum above 0, but it is 0. Maybe set momentum to 0.9.");
            Expect.that(
                    !nesterov || dampening == 0,
                    "nesterov",
                    "expects no dampening, but it is " + Expect.text(dampening) + ".");
        }
    }

    /**
     * {@code kind: adam}: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015.
     *
     * @param beta1 decay of the mean of gradients, from 0 to below 1; default 0.9
     * @param beta2 decay of the mean of their squares, from 0 to below 1; default 0.999
     * @param epsilon added to the root in the denominator, above 0; default 1e-8
     * @param weightDecay added to the gradient, at least 0; default 0
     * @param amsgrad divides by the largest mean of squares seen; default false
     */
    record Adam(
            @Default("0.9") double beta1,
            @Default("0.999") double beta2,
            @Default("1e-8") double epsilon,
            @Default("0") double weightDecay,
            @Default("false") boolean amsgrad)
            implements OptimizerConfig {
        /** Checks the ranges. */
        public Adam {
            adaptive(beta1, beta2, epsilon, weightDecay);
        }
    }

    /**
     * {@code kind: adamw}: Adam with decoupled weight decay; Loshchilov and Hutter, ICLR 2019.
     *
     * @param beta1 decay of the mean of gradients, from 0 to below 1; default 0.9
     * @param beta2 decay of the mean of their squares, from 0 to below 1; default 0.999
     * @param epsilon added to the root in the denominator, above 0; default 1e-8
     * @param weightDecay the share of a weight that a step with rate 1 takes away, at least 0; default 0.01
     * @param amsgrad divides by the largest mean of squares seen; default false
     */
    record Adamw(
            @Default("0.9") double beta1,
            @Default("0.999") double beta2,
            @Default("1e-8") double epsilon,
            @Default("0.01") double weightDecay,
            @Default("false") boolean amsgrad)
            implements OptimizerConfig {
        /** Checks the ranges. */
        public Adamw {
            adaptive(beta1, beta2, epsilon, weightDecay);
        }
    }

    /**
     * {@code kind: adamax}: Adam with the infinity norm; Kingma and Ba, ICLR 2015.
     *
     * @param beta1 decay of the mean of gradients, from 0 to below 1; default 0.9
     * @param beta2 decay of the largest gradient, from 0 to below 1; default 0.999
     * @param epsilon added to the gradient's size, above 0; default 1e-8
     * @param weightDecay added to the gradient, at least 0; default 0
     */
    record Adamax(
            @Default("0.9") double beta1,
            @Default("0.999") double beta2,
            @Default("1e-8") double epsilon,
            @Default("0") double weightDecay)
            implements OptimizerConfig {
        /** Checks the ranges. */
        public Adamax {
            adaptive(beta1, beta2, epsilon, weightDecay);
        }
    }

    /**
     * {@code kind: nadam}: Adam with Nesterov's momentum; Dozat, 2016.
     *
     * @param beta1 decay of the mean of gradients, from 0 to below 1; default 0.9
     * @param beta2 decay of the mean of their squares, from 0 to below 1; default 0.999
     * @param epsilon added to the root in the denominator, above 0; default 1e-8
     * @param weightDecay at least 0; default 0
     * @param momentumDecay how fast the momentum warms up, at least 0; default 0.004
     * @param decoupled whether the weight decay is AdamW's; default false
     */
    record Nadam(
            @Default("0.9") double beta1,
            @Default("0.999") double beta2,
            @Default("1e-8") double epsilon,
            @Default("0") double weightDecay,
            @Default("0.004") double momentumDecay,
            @Default("false") boolean decoupled)
            implements OptimizerConfig {
        /** Checks the ranges. */
        public Nadam {
            adaptive(beta1, beta2, epsilon, weightDecay);
            Expect.atLeast("momentumDecay", momentumDecay, 0.0);
        }
    }

    /**
     * {@code kind: adagrad}: Duchi, Hazan and Singer, 2011.
     *
     * @param rateDecay how fast the rate falls by itself, at least 0; default 0
     * @param weightDecay added to the gradient, at least 0; default 0
     * @param initialAccumulator what the sum of squares starts with, at least 0; default 0
     * @param epsilon added to the root in the denominator, above 0; default 1e-10
     */
    record Adagrad(
            @Default("0") double rateDecay,
            @Default("0") double weightDecay,
            @Default("0") double initialAccumulator,
            @Default("1e-10") double epsilon)
            implements OptimizerConfig {
        /** Checks the ranges. */
        public Adagrad {
            Expect.atLeast("rateDecay", rateDecay, 0.0);
            Expect.atLeast("weightDecay", weightDecay, 0.0);
            Expect.atLeast("initialAccumulator", initialAccumulator, 0.0);
            Expect.above("epsilon", epsilon, 0.0);
        }
    }

    /**
     * {@code kind: rmsprop}: Tieleman and Hinton, 2012.
     *
     * @param alpha decay of the mean of squares, from 0 to below 1; default 0.99
     * @param epsilon added to the root in the denominator, above 0; default 1e-8
     * @param weightDecay added to the gradient, at least 0; default 0
     * @param momentum from 0 to below 1; default 0
     * @param centered divides by an estimate of the deviation; default false
     */
    record Rmsprop(
            @Default("0.99") double alpha,
            @Default("1e-8") double epsilon,
            @Default("0") double weightDecay,
            @Default("0") double momentum,
            @Default("false") boolean centered)
            implements OptimizerConfig {
        /** Checks the ranges. */
        public Rmsprop {
            Expect.below("alpha", alpha, 0.0, 1.0);
            Expect.above("epsilon", epsilon, 0.0);
            Expect.atLeast("weightDecay", weightDecay, 0.0);
            Expect.below("momentum", momentum, 0.0, 1.0);
        }
    }

    /**
     * {@code kind: adadelta}: Zeiler, 2012; the paper's learning rate is 1.
     *
     * @param rho decay of the means of squares, from 0 to below 1; default 0.9
     * @param epsilon added below the roots, above 0; default 1e-6
     * @param weightDecay added to the gradient, at least 0; default 0
     */
    record Adadelta(
            @Default("0.9") double rho,
            @Default("1e-6") double epsilon,
            @Default("0") double weightDecay) implements OptimizerConfig {
        /** Checks the ranges. */
        public Adadelta {
            Expect.below("rho", rho, 0.0, 1.0);
            Expect.above("epsilon", epsilon, 0.0);
            Expect.atLeast("weightDecay", weightDecay, 0.0);
        }
    }

    /**
     * {@code kind: lars}, for large batches: You, Gitman and Ginsburg, 2017.
     *
     * @param momentum from 0 to below 1; default 0.9
     * @param weightDecay at least 0; default 0
     * @param trust how far a layer may go in proportion to its norm, above 0; default 0.001
     * @param epsilon added to the denominator, at least 0; default 1e-8
     */
    record Lars(
            @Default("0.9") double momentum,
            @Default("0") double weightDecay,
            @Default("0.001") double trust,
            @Default("1e-8") double epsilon)
            implements OptimizerConfig {
        /** Checks the ranges. */
        public Lars {
            Expect.below("momentum", momentum, 0.0, 1.0);
            Expect.atLeast("weightDecay", weightDecay, 0.0);
            Expect.above("trust", trust, 0.0);
            Expect.atLeast("epsilon", epsilon, 0.0);
        }
    }

    /**
     * {@code kind: lamb}, for large batches: You et al., ICLR 2020.
     *
     * @param beta1 decay of the mean of gradients, from 0 to below 1; default 0.9
     * @param beta2 decay of the mean of their squares, from 0 to below 1; default 0.999
     * @param epsilon added to the root in the denominator, above 0; default 1e-6
     * @param weightDecay part of the direction, at least 0; default 0
     */
    record Lamb(
            @Default("0.9") double beta1,
            @Default("0.999") double beta2,
            @Default("1e-6") double epsilon,
            @Default("0") double weightDecay)
            implements OptimizerConfig {
        /** Checks the ranges. */
        public Lamb {
            adaptive(beta1, beta2, epsilon, weightDecay);
        }
    }

    private static void adaptive(double beta1, double beta2, double epsilon, double weightDecay) {
        Expect.below("beta1", beta1, 0.0, 1.0);
        Expect.below("beta2", beta2, 0.0, 1.0);
        Expect.above("epsilon", epsilon, 0.0);
        Expect.atLeast("weightDecay", weightDecay, 0.0);
    }
}
