package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Cross-entropy of the softmax of logits (Bridle 1990), as PyTorch's {@code CrossEntropyLoss}.
 *
 * <pre>
 * loss[n] = Σ_k q[n,k] · (log Σ_j exp(x[n,j]) − x[n,k]),  ∂loss[n]/∂x[n,k] = softmax(x[n])[k] · Σ_j q[n,j] − q[n,k]
 * q[n,k] = w[k] · ((1 − ε) · p[n,k] + ε / K),  p[n,k] = [k = t[n]] for targets that are classes
 * x: [N, K] with targets [N] or [N, K], or [N, K, d₁, …] with targets [N, d₁, …] or [N, K, d₁, …], a loss for each position
 * </pre>
 *
 * Targets are classes from 0 to K − 1, or, if they have the output's shape, probabilities p of the classes, as mixup makes them.
 * The mean of classes is over the weights Σ w[t] of the targets that are not ignored, that of probabilities over the positions.
 * Arithmetic is in float64. Label smoothing: Szegedy et al., "Rethinking the Inception architecture", CVPR 2016.
 *
 * @param classWeights w, one a class, at least 0; empty, the default, for 1 each
 * @param ignoreIndex a target that costs nothing and doesn't count; default −100. Probabilities are never ignored
 * @param labelSmoothing ε, 0 to 1; default 0
 * @param reduction default {@link Reduction#MEAN}
 */
public record CrossEntropy(List<Double> classWeights, int ignoreIndex, double labelSmoothing, Reduction reduction)
        implements Loss {
    /** The {@code ignoreIndex} where nobody asks for another one. */
    public static final int IGNORE_INDEX = -100;

    private static final String NAME = "CrossEntropy";

    public CrossEntropy {
        classWeights = List.copyOf(classWeights);
        Expect.weights(NAME, "classWeights", classWeights);
        Expect.between(0, 1, NAME, "labelSmoothing", labelSmoothing);
    }

    /** With every default. */
    public CrossEntropy() {
        this(List.of(), IGNORE_INDEX, 0, Reduction.MEAN);
    }

    /** The same with other weights of the classes. */
    public CrossEntropy withClassWeights(List<Double> weights) {
        return new CrossEntropy(weights, ignoreIndex, labelSmoothing, reduction);
    }

    /** The same that ignores another target. */
    public CrossEntropy withIgnoreIndex(int index) {
        return new CrossEntropy(classWeights, index, labelSmoothing, reduction);
    }

    /** The same with another smoothing. */
    public CrossEntropy withLabelSmoothing(double smoothing) {
        return new CrossEntropy(classWeights, ignoreIndex, smoothing, reduction);
    }

    /** The same with another reduction. */
    public CrossEntropy withReduction(Reduction other) {
        return new CrossEntropy(classWeights, ignoreIndex, labelSmoothing, other);
    }

    @Override
    public void check(List<Shape> outputs, Shape target) {
        ClassTargets.check(NAME, classWeights, true, outputs, target);
    }

    @Override
    public Reduction reduction(int term) {
        return reduction;
    }

    @Override
    public boolean weighsTargets() {
        return reduction == Reduction.MEAN;
    }

    @Override
    public void weigh(Batch batch, double[] weights) {
        if (reduction != Reduction.MEAN) {
            weights[0] += batch.samples();
        } else if (batch.target().equals(batch.shape(0))) {
            weights[0] += (double) batch.samples() * ClassTargets.positions(batch);
        } else {
            ClassTargets.weigh(NAME, batch, classWeights, ignoreIndex, weights);
        }
    }

    @Override
    public void evaluate(Batch batch, double[] scales, double[] sums) {
        int classes = batch.shape(0).size(0);
        int positions = ClassTargets.positions(batch);
        boolean probabilities = batch.target().equals(batch.shape(0));
        // Weights, exponentials, and what is expected of each class.
        double[] room = batch.room(3 * classes);
        ClassTargets.fill(room, classWeights, classes);
        double sum = 0;
        for (int n = 0; n < batch.samples(); n++) {
            for (int p = 0; p < positions; p++) {
                int at = n * batch.count(0) + p;
                int targetAt = batch.targetAt(n) + p;
                sum += probabilities
                        ? probabilities(batch, at, targetAt, classes, positions, scales[0], room)
                        : label(batch, at, (int) batch.targets()[targetAt], classes, positions, scales[0], room);
            }
        }
        sums[0] = sum;
    }

    private double label(Batch batch, int at, int expected, int classes, int stride, double scale, double[] room) {
        if (expected == ignoreIndex) {
            float[] dx = batch.gradient(0);
            for (int k = 0; k < classes; k++) {
                dx[at + k * stride] = 0;
            }
            return 0;
        }
        ClassTargets.known(NAME, expected, classes);
        if (labelSmoothing == 0) {
            return plain(batch, at, expected, classes, stride, scale, room);
        }
        for (int k = 0; k < classes; k++) {
            double p = k == expected ? 1 - labelSmoothing : 0;
            room[2 * classes + k] = room[k] * (p + labelSmoothing / classes);
        }
        return expected(batch, at, classes, stride, scale, room);
    }

    private double probabilities(
            Batch batch, int at, int targetAt, int classes, int stride, double scale, double[] room) {
        for (int k = 0; k < classes; k++) {
            double p = batch.targets()[targetAt + k * stride];
            room[2 * classes + k] = room[k] * (p * (1 - labelSmoothing) + labelSmoothing / classes);
        }
        return expected(batch, at, classes, stride, scale, room);
    }

    private static double total(int classes, double[] room) {
        double total = 0;
        for (int k = 0; k < classes; k++) {
            total += room[classes + k];
        }
        return total;
    }

    /** One class is expected. */
    private static double plain(
            Batch batch, int at, int expected, int classes, int stride, double scale, double[] room) {
        float[] x = batch.output(0);
        float[] dx = batch.gradient(0);
        double largest = ClassTargets.exponentials(x, at, classes, stride, room, classes);
        double total = total(classes, room);
        double weight = room[expected];
        double factor = scale * weight;
        for (int k = 0; k < classes; k++) {
            dx[at + k * stride] = (float) (factor * (room[classes + k] / total - (k == expected ? 1 : 0)));
        }
        double share = largest + StrictMath.log(total) - x[at + expected * stride];
        return weight == 0 ? 0 : weight * share;
    }

    /** Something is expected of every class. */
    private static double expected(Batch batch, int at, int classes, int stride, double scale, double[] room) {
        float[] x = batch.output(0);
        float[] dx = batch.gradient(0);
        double largest = ClassTargets.exponentials(x, at, classes, stride, room, classes);
        double total = total(classes, room);
        double logarithm = largest + StrictMath.log(total);
        double sum = 0;
        double all = 0;
        for (int k = 0; k < classes; k++) {
            double q = room[2 * classes + k];
            all += q;
            // Nothing is expected of a class that −∞ masks.
            sum += q == 0 ? 0 : q * (logarithm - x[at + k * stride]);
        }
        for (int k = 0; k < classes; k++) {
            dx[at + k * stride] = (float) (scale * (room[classes + k] / total * all - room[2 * classes + k]));
        }
        return sum;
    }
}
