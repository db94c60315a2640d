package io.convoy.engine.loss;

/**
 * The absolute difference, as PyTorch's {@code L1Loss}.
 *
 * <pre>loss[i] = |x[i] − t[i]|,  ∂loss/∂x = sign(x − t), 0 where they are equal;  x, t: [N, …]</pre>
 *
 * @param reduction default {@link Reduction#MEAN}, over all elements
 */
public record L1(Reduction reduction) implements ElementLoss {
    /** The mean. */
    public L1() {
        this(Reduction.MEAN);
    }

    @Override
    public double value(double x, double t, int channel) {
        return Math.abs(x - t);
    }

    @Override
    public double slope(double x, double t, int channel) {
        return Math.signum(x - t);
    }
}
