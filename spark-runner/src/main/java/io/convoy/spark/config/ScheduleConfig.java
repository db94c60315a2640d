package io.convoy.spark.config;

/** The learning rate over time. */
public sealed interface ScheduleConfig {
    /** What a schedule counts. */
    enum Unit {
        /** One update of the weights. */
        STEP,
        /** One pass over the training data. */
        EPOCH
    }

    /**
     * {@code kind: constant}.
     *
     * @param rate the learning rate, above 0
     */
    record Constant(double rate) implements ScheduleConfig {
        /** Checks the range. */
        public Constant {
            Expect.above("rate", rate, 0.0);
        }
    }

    /**
     * {@code kind: step}: rate · gamma^⌊t / every⌋.
     *
     * @param rate the learning rate at the start, above 0
     * @param gamma the factor, above 0; default 0.1
     * @param every units between two falls, at least 1
     * @param per the unit of t; default epoch
     */
    record Step(
            double rate,
            @Default("0.1") double gamma,
            int every,
            @Default("epoch") Unit per) implements ScheduleConfig {
        /** Checks the ranges. */
        public Step {
            Expect.above("rate", rate, 0.0);
            Expect.above("gamma", gamma, 0.0);
            Expect.atLeast("every", every, 1);
        }
    }

    /**
     * {@code kind: exponential}: rate · gamma^t.
     *
     * @param rate the learning rate at the start, above 0
     * @param gamma the factor, above 0
     * @param per the unit of t; default epoch
     */
    record Exponential(
            double rate, double gamma, @Default("epoch") Unit per) implements ScheduleConfig {
        /** Checks the ranges. */
        public Exponential {
            Expect.above("rate", rate, 0.0);
            Expect.above("gamma", gamma, 0.0);
        }
    }
}
