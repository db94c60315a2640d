package io.convoy.engine.exchange;

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
     * @param optimizerState the optimiser's state spans, each laid out like the weights; none at all means zeros
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
