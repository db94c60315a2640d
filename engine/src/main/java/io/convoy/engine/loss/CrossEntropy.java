package io.convoy.engine.loss;

import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.tensor.Shape;

/**
 * Cross-entropy of the softmax of logits (Bridle 1990), as PyTorch's {@code CrossEntropyLoss} with its defaults.
 *
 * <pre>
 * loss[n] = log Σ_k exp(x[n,k]) − x[n,t],  ∂loss[n]/∂x[n,k] = softmax(x[n])[k] − [k = t]
 * x: [N, K], target t: 0 … K − 1
 * </pre>
 *
 * The normaliser is the number of samples. Arithmetic is in float64.
 */
public record CrossEntropy() implements Loss {
    @Override
    public void check(Shape output) {
        if (output.rank() != 1) {
            throw new ShapeException("CrossEntropy expects an output of [N, classes], but a sample's output is "
                    + output + ". Maybe a Flatten and a Linear are missing at the end.");
        }
    }

    @Override
    public double weight(float target) {
        return 1;
    }

    @Override
    public double evaluate(float[] output, Shape sample, float[] target, int samples, double scale, float[] gradient) {
        int classes = sample.size(0);
        double sum = 0;
        for (int n = 0; n < samples; n++) {
            int at = n * classes;
            int expected = (int) target[n];
            if (expected < 0 || expected >= classes) {
                throw new IllegalArgumentException("CrossEntropy expects targets from 0 to " + (classes - 1)
                        + ", but a target is " + expected + ". Maybe the network has too few outputs.");
            }
            float largest = output[at];
            for (int k = 1; k < classes; k++) {
                largest = Math.max(largest, output[at + k]);
            }
            double total = 0;
            for (int k = 0; k < classes; k++) {
                total += Math.exp((double) output[at + k] - largest);
            }
            double logarithm = largest + Math.log(total);
            for (int k = 0; k < classes; k++) {
                double probability = Math.exp(output[at + k] - logarithm);
                gradient[at + k] = (float) (scale * (probability - (k == expected ? 1 : 0)));
            }
            sum += logarithm - output[at + expected];
        }
        return sum;
    }
}
