package io.convoy.engine.metric;

/**
 * The loss of some samples, as sum and count. Floating-point sums depend on their order: whoever merges does so in a fixed one.
 *
 * @param sum the sum of the samples' losses
 * @param count the number of samples
 */
public record MeanLoss(double sum, long count) {
    /** Of no samples: where sums start. */
    public static final MeanLoss NONE = new MeanLoss(0, 0);

    public MeanLoss {
        if (count < 0) {
            throw new IllegalArgumentException("MeanLoss expects a count of at least 0, but it got " + count + ".");
        }
    }

    /** This and others. */
    public MeanLoss plus(MeanLoss other) {
        return new MeanLoss(sum + other.sum, count + other.count);
    }

    /** sum / count; NaN of no samples. */
    public double value() {
        return sum / count;
    }
}
