package io.convoy.engine.loss;

/**
 * A parabola that goes on as a straight line (Huber 1964), as PyTorch's {@code HuberLoss}: δ times {@link SmoothL1}.
 *
 * <pre>
 * loss[i] = d²/2 if |d| ≤ δ, else δ · (|d| − δ/2);  d = x[i] − t[i];  x, t: [N, …]
 * </pre>
 *
 * @param delta δ, where the parabola ends, above 0; default 1
 * @param reduction default {@link Reduction#MEAN}, over all elements
 */
public record Huber(double delta, Reduction reduction) implements ElementLoss {
    public Huber {
        Expect.above(0, "Huber", "delta", delta);
    }

    /** The mean with δ = 1. */
    public Huber() {
        this(1, Reduction.MEAN);
    }

    @Override
    public double value(double x, double t, int channel) {
        double d = Math.abs(x - t);
        return d <= delta ? 0.5 * d * d : delta * (d - 0.5 * delta);
    }

    @Override
    public double slope(double x, double t, int channel) {
        double d = x - t;
        return Math.abs(d) <= delta ? d : delta * Math.signum(d);
    }
}
