package io.convoy.engine.loss;

/**
 * Cross-entropy of probabilities of yes and no, as PyTorch's {@code BCELoss}.
 *
 * <pre>
 * loss[i] = −(t · max(log x, −100) + (1 − t) · max(log(1 − x), −100)),  ∂loss/∂x = (x − t) / max(x · (1 − x), 10⁻¹²)
 * x, t: [N, …], both from 0 to 1
 * </pre>
 *
 * {@link BinaryCrossEntropyWithLogits} is more exact where a Sigmoid comes before.
 *
 * @param reduction default {@link Reduction#MEAN}, over all elements
 */
public record BinaryCrossEntropy(Reduction reduction) implements ElementLoss {
    private static final double SMALLEST_LOGARITHM = -100;
    private static final double SMALLEST_VARIANCE = 1e-12;

    /** The mean. */
    public BinaryCrossEntropy() {
        this(Reduction.MEAN);
    }

    @Override
    public double value(double x, double t, int channel) {
        if (x < 0 || x > 1) {
            throw new IllegalArgumentException("BinaryCrossEntropy expects outputs from 0 to 1, but one is " + x
                    + ". Maybe a Sigmoid is missing, or BinaryCrossEntropyWithLogits is meant.");
        }
        return -(t * Math.max(StrictMath.log(x), SMALLEST_LOGARITHM)
                + (1 - t) * Math.max(StrictMath.log1p(-x), SMALLEST_LOGARITHM));
    }

    @Override
    public double slope(double x, double t, int channel) {
        return (x - t) / Math.max(x * (1 - x), SMALLEST_VARIANCE);
    }
}
