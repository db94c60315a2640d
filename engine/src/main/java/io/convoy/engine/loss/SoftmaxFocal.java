package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * {@link Focal} for classes that exclude each other: cross-entropy of the softmax that looks away from what is easy.
 *
 * <pre>
 * loss[n] = −w[t] · (1 − p)^γ · log p,  p = softmax(x[n])[t],  t = t[n]
 * x: [N, K], t: [N], or x: [N, K, d₁, …], t: [N, d₁, …], a loss for each position
 * </pre>
 *
 * The mean is over the targets that are not ignored, whatever they weigh. Source: Lin et al., ICCV 2017, with softmax for sigmoid.
 *
 * @param classWeights w, the paper's α, one a class, at least 0; empty, the default, for 1 each
 * @param gamma γ, at least 0; 0 is cross-entropy; default 2
 * @param ignoreIndex a target that costs nothing and doesn't count; default −100
 * @param reduction default {@link Reduction#MEAN}
 */
public record SoftmaxFocal(List<Double> classWeights, double gamma, int ignoreIndex, Reduction reduction)
        implements SampleLoss {
    private static final String NAME = "SoftmaxFocal";

    public SoftmaxFocal {
        classWeights = List.copyOf(classWeights);
        Expect.weights(NAME, "classWeights", classWeights);
        Expect.atLeast(0, NAME, "gamma", gamma);
    }

    /** With every default. */
    public SoftmaxFocal() {
        this(List.of(), 2, CrossEntropy.IGNORE_INDEX, Reduction.MEAN);
    }

    @Override
    public void check(List<Shape> outputs, Shape target) {
        ClassTargets.check(NAME, classWeights, false, outputs, target);
    }

    @Override
    public boolean weighsTargets() {
        return reduction == Reduction.MEAN;
    }

    @Override
    public void weigh(Batch batch, double[] weights) {
        if (reduction == Reduction.MEAN) {
            ClassTargets.weigh(NAME, batch, List.of(), ignoreIndex, weights);
        } else {
            weights[0] += batch.samples();
        }
    }

    @Override
    public double evaluate(Batch batch, int sample, double scale) {
        int positions = ClassTargets.positions(batch);
        double sum = 0;
        for (int p = 0; p < positions; p++) {
            int expected = (int) batch.targets()[batch.targetAt(sample) + p];
            sum += position(batch, sample * batch.count(0) + p, expected, positions, scale);
        }
        return sum;
    }

    private double position(Batch batch, int at, int expected, int stride, double scale) {
        int classes = batch.shape(0).size(0);
        float[] x = batch.output(0);
        float[] dx = batch.gradient(0);
        if (expected == ignoreIndex) {
            for (int k = 0; k < classes; k++) {
                dx[at + k * stride] = 0;
            }
            return 0;
        }
        ClassTargets.known(NAME, expected, classes);
        double[] room = batch.room(classes);
        double largest = ClassTargets.exponentials(x, at, classes, stride, room, 0);
        double others = 0;
        for (int k = 0; k < classes; k++) {
            others += k == expected ? 0 : room[k];
        }
        double total = others + room[expected];
        double weight = classWeights.isEmpty() ? 1 : classWeights.get(expected);
        double logarithm = x[at + expected * stride] - largest - StrictMath.log(total);
        double p = room[expected] / total;
        double wrong = others / total;
        double power = Power.of(wrong, gamma);
        // ∂loss/∂log p, by which each ∂log p/∂x[k] = [k = t] − softmax(x)[k] counts.
        double slope = (gamma == 0 || wrong == 0 ? 0 : gamma * power / wrong * p * logarithm) - power;
        for (int k = 0; k < classes; k++) {
            double share = k == expected ? wrong : -room[k] / total;
            dx[at + k * stride] = (float) (scale * weight * slope * share);
        }
        return weight == 0 ? 0 : -weight * power * logarithm;
    }
}
