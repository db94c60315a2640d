package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Minus the logarithm of the expected class's probability, of outputs that are such logarithms, as PyTorch's {@code NLLLoss}.
 *
 * <pre>
 * loss[n] = −w[t[n]] · x[n,t[n]],  x: [N, K], t: [N], or x: [N, K, d₁, …], t: [N, d₁, …], a loss for each position
 * </pre>
 *
 * The mean is over the weights Σ w[t] of the targets that are not ignored.
 *
 * @param classWeights w, one a class, at least 0; empty, the default, for 1 each
 * @param ignoreIndex a target that costs nothing and doesn't count; default −100
 * @param reduction default {@link Reduction#MEAN}
 */
public record NegativeLogLikelihood(List<Double> classWeights, int ignoreIndex, Reduction reduction)
        implements SampleLoss {
    private static final String NAME = "NegativeLogLikelihood";

    public NegativeLogLikelihood {
        classWeights = List.copyOf(classWeights);
        Expect.weights(NAME, "classWeights", classWeights);
    }

    /** With every default. */
    public NegativeLogLikelihood() {
        this(List.of(), CrossEntropy.IGNORE_INDEX, Reduction.MEAN);
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
            ClassTargets.weigh(NAME, batch, classWeights, ignoreIndex, weights);
        } else {
            weights[0] += batch.samples();
        }
    }

    @Override
    public double evaluate(Batch batch, int sample, double scale) {
        int classes = batch.shape(0).size(0);
        int positions = ClassTargets.positions(batch);
        float[] x = batch.output(0);
        float[] dx = batch.gradient(0);
        int at = sample * batch.count(0);
        Arrays.fill(dx, at, at + batch.count(0), 0);
        double sum = 0;
        for (int p = 0; p < positions; p++) {
            int expected = (int) batch.targets()[batch.targetAt(sample) + p];
            if (expected != ignoreIndex) {
                int i = at + ClassTargets.known(NAME, expected, classes) * positions + p;
                double weight = classWeights.isEmpty() ? 1 : classWeights.get(expected);
                sum -= weight == 0 ? 0 : weight * x[i];
                dx[i] = (float) (-scale * weight);
            }
        }
        return sum;
    }
}
