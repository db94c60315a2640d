package io.convoy.engine.exchange;

import io.convoy.engine.optim.UpdateRule;

/** Everything that training changes, at one version: what a run starts from and what it ends with. Arrays are not copied. */
public final class ModelState {
    private final long version;
    private final float[] weights;
    private final float[][] optimizerState;
    private final float[] statistics;

    /**
     * A state at {@code version} updates.
     *
     * @param weights the flat parameter vector of {@link ParameterLayout}
     * @param optimizerState the spans of {@link UpdateRule#stateSpans}, each laid out like the weights; none at all means zeros
     * @param statistics the running statistics of {@link StatisticsLayout}
     */
    public ModelState(long version, float[] weights, float[][] optimizerState, float[] statistics) {
        this.version = version;
        this.weights = weights;
        this.optimizerState = optimizerState;
        this.statistics = statistics;
    }

    /** A state before the first step. */
    public static ModelState initial(float[] weights, float[] statistics) {
        return new ModelState(0, weights, new float[0][], statistics);
    }

    /** Refuses a state of another network or of another optimiser, which would train on as if nothing had happened. */
    public void requireFits(ParameterLayout layout, StatisticsLayout statisticsLayout, UpdateRule rule) {
        requireLength("weights", layout.length(), weights.length);
        requireLength("statistics", statisticsLayout.length(), statistics.length);
        if (optimizerState.length != 0 && optimizerState.length != rule.stateSpans()) {
            throw new IllegalArgumentException("ModelState expects " + rule.stateSpans()
                    + " spans of optimiser state for " + rule.optimizer() + ", but it has " + optimizerState.length
                    + ". Maybe it comes from a run with another optimiser.");
        }
        for (float[] span : optimizerState) {
            requireLength("an optimiser's state span", layout.length(), span.length);
        }
    }

    private static void requireLength(String what, int expected, int actual) {
        if (expected != actual) {
            throw new IllegalArgumentException("ModelState expects " + expected + " floats as " + what + ", but it has "
                    + actual + ". Maybe it comes from another network.");
        }
    }

    public long version() {
        return version;
    }

    public float[] weights() {
        return weights;
    }

    public float[][] optimizerState() {
        return optimizerState;
    }

    public float[] statistics() {
        return statistics;
    }
}
