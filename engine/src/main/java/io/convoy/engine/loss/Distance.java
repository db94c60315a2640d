package io.convoy.engine.loss;

import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** The distance of two vectors, <i>D = (Σ_i |a[i] − b[i] + ε|^p)^(1/p)</i>, and its derivatives; where D is 0 they are taken as 0. */
final class Distance {
    private Distance() {}

    /** Checks that the outputs are {@code count} vectors of one length. */
    static void check(String loss, int count, List<Shape> outputs) {
        Expect.outputs(loss, count, outputs);
        Shape first = outputs.get(0);
        if (first.rank() != 1 || !outputs.stream().allMatch(first::equals)) {
            throw new ShapeException(loss + " expects " + count + " outputs of [N, D], but samples of its outputs are "
                    + outputs + "." + (first.rank() > 1 ? " Maybe a Flatten is missing." : ""));
        }
    }

    static void noTarget(String loss, Shape target) {
        if (target.count() != 0) {
            throw new ShapeException(loss + " expects no targets, [0], but a sample's target is " + target + ".");
        }
    }

    static void oneTarget(String loss, Shape target) {
        if (target.count() != 1) {
            throw new ShapeException(loss + " expects one number as target, but a sample's target is " + target + ".");
        }
    }

    /** Overwrites the gradients of a sample with zeros. */
    static void clear(Batch batch, int sample) {
        for (int i = 0; i < batch.outputs(); i++) {
            int count = batch.count(i);
            Arrays.fill(batch.gradient(i), sample * count, (sample + 1) * count, 0);
        }
    }

    /** Of outputs {@code a} and {@code b} of a sample, in the norm of degree {@code p}. */
    static double between(Batch batch, int sample, int a, int b, double p, double eps) {
        float[] left = batch.output(a);
        float[] right = batch.output(b);
        int count = batch.count(a);
        double sum = 0;
        for (int i = sample * count; i < (sample + 1) * count; i++) {
            double d = Math.abs((double) left[i] - right[i] + eps);
            sum += Power.of(d, p);
        }
        return p == 2 ? Math.sqrt(sum) : Power.of(sum, 1 / p);
    }

    /** Euclidean, of outputs {@code a} and {@code b} of a sample. */
    static double between(Batch batch, int sample, int a, int b) {
        return between(batch, sample, a, b, 2, 0);
    }

    /** Adds {@code factor} times the derivatives of the Euclidean {@code distance} to the gradients of both outputs. */
    static void addGradient(Batch batch, int sample, int a, int b, double distance, double factor) {
        addGradient(batch, sample, a, b, 2, 0, distance, factor);
    }

    /** Adds {@code factor} times the derivatives of {@code distance} to the gradients of outputs {@code a} and {@code b}. */
    static void addGradient(
            Batch batch, int sample, int a, int b, double p, double eps, double distance, double factor) {
        if (distance == 0 || factor == 0) {
            return;
        }
        float[] left = batch.output(a);
        float[] right = batch.output(b);
        float[] leftGradient = batch.gradient(a);
        float[] rightGradient = batch.gradient(b);
        int count = batch.count(a);
        for (int i = sample * count; i < (sample + 1) * count; i++) {
            double d = (double) left[i] - right[i] + eps;
            double slope = p == 2 ? d / distance : Math.signum(d) * Power.of(Math.abs(d) / distance, p - 1);
            leftGradient[i] = (float) (leftGradient[i] + factor * slope);
            rightGradient[i] = (float) (rightGradient[i] - factor * slope);
        }
    }
}
