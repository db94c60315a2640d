package io.convoy.engine.loss;

/**
 * The squared difference, as PyTorch's {@code MSELoss}.
 *
 * <pre>loss[i] = (x[i] − t[i])²,  ∂loss/∂x = 2 · (x − t);  x, t: [N, …]</pre>
 *
 * @param reduction default {@link Reduction#MEAN}, over all elements
 */
public record MeanSquaredError(Reduction reduction) implements ElementLoss {
    /** The mean. */
    public MeanSquaredError() {
        this(Reduction.MEAN);
    }

    @Override
    public double value(double x, double t, int channel) {
        return (x - t) * (x - t);
    }

    @Override
    public double slope(double x, double t, int channel) {
        return 2 * (x - t);
    }
}
