package io.convoy.engine.loss;

/**
 * The absolute difference with a parabola for its tip (Girshick, "Fast R-CNN", ICCV 2015), as PyTorch's {@code SmoothL1Loss}.
 *
 * <pre>
 * loss[i] = d² / (2β) if |d| &lt; β, else |d| − β/2;  d = x[i] − t[i];  x, t: [N, …]
 * </pre>
 *
 * @param beta β, where the parabola ends, at least 0; 0 is {@link L1}; default 1
 * @param reduction default {@link Reduction#MEAN}, over all elements
 */
public record SmoothL1(double beta, Reduction reduction) implements ElementLoss {
    public SmoothL1 {
        Expect.atLeast(0, "SmoothL1", "beta", beta);
    }

    /** The mean with β = 1. */
    public SmoothL1() {
        this(1, Reduction.MEAN);
    }

    @Override
    public double value(double x, double t, int channel) {
        double d = Math.abs(x - t);
        return d < beta ? 0.5 * d * d / beta : d - 0.5 * beta;
    }

    @Override
    public double slope(double x, double t, int channel) {
        double d = x - t;
        return Math.abs(d) < beta ? d / beta : Math.signum(d);
    }
}
