package io.convoy.engine.loss;

import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Cross-entropy of yes and no whose probability is the sigmoid of a logit, as PyTorch's {@code BCEWithLogitsLoss}.
 *
 * <pre>
 * loss[i] = −(w · t · log σ(x) + (1 − t) · log(1 − σ(x))),  ∂loss/∂x = (1 − t) · σ(x) − w · t · (1 − σ(x))
 * σ(x) = 1 / (1 + exp(−x));  x, t: [N, …], t from 0 to 1
 * </pre>
 *
 * @param positiveWeights w, what a yes weighs against a no, for each index of the first dimension of a sample (for feature maps
 *     the channel), or one for all, at least 0; empty, the default, for 1
 * @param reduction default {@link Reduction#MEAN}, over all elements
 */
public record BinaryCrossEntropyWithLogits(List<Double> positiveWeights, Reduction reduction) implements ElementLoss {
    public BinaryCrossEntropyWithLogits {
        positiveWeights = List.copyOf(positiveWeights);
        Expect.weights("BinaryCrossEntropyWithLogits", "positiveWeights", positiveWeights);
    }

    /** The mean, where a yes weighs as much as a no. */
    public BinaryCrossEntropyWithLogits() {
        this(List.of(), Reduction.MEAN);
    }

    @Override
    public void check(List<Shape> outputs, Shape target) {
        ElementLoss.super.check(outputs, target);
        Shape output = outputs.get(0);
        int channels = output.rank() == 0 ? 1 : output.size(0);
        if (positiveWeights.size() > 1 && positiveWeights.size() != channels) {
            throw new ShapeException(name() + " expects a positive weight for each of the " + channels
                    + " channels of its output " + output + ", or one for all, but it has " + positiveWeights.size()
                    + ".");
        }
    }

    private double weight(int channel) {
        return positiveWeights.isEmpty() ? 1 : positiveWeights.get(positiveWeights.size() == 1 ? 0 : channel);
    }

    @Override
    public double value(double x, double t, int channel) {
        // −log σ(x) and −log(1 − σ(x)), neither of which overflows.
        double tail = StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
        return weight(channel) * t * (tail + Math.max(-x, 0)) + (1 - t) * (tail + Math.max(x, 0));
    }

    @Override
    public double slope(double x, double t, int channel) {
        double small = StrictMath.exp(-Math.abs(x));
        double yes = (x < 0 ? small : 1) / (1 + small);
        double no = (x < 0 ? 1 : small) / (1 + small);
        return (1 - t) * yes - weight(channel) * t * no;
    }
}
