package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Asks losses as the trainer does, and for more than it wants to know: values before they are reduced. */
public final class LossProbe {
    private LossProbe() {}

    /** Samples with outputs and targets of their own; shapes are those of one sample. */
    public static Batch batch(List<Shape> shapes, Shape target, int samples, List<float[]> outputs, float[] targets) {
        Batch batch = Batch.of(shapes, target, samples).withSamples(samples);
        for (int i = 0; i < shapes.size(); i++) {
            System.arraycopy(outputs.get(i), 0, batch.output(i), 0, outputs.get(i).length);
        }
        System.arraycopy(targets, 0, batch.targets(), 0, targets.length);
        return batch;
    }

    /** The normalisers of the batch, one a term. */
    public static double[] normalizers(Loss loss, Batch batch) {
        double[] normalizers = new double[loss.terms()];
        loss.weigh(batch, normalizers);
        for (int term = 0; term < normalizers.length; term++) {
            normalizers[term] = loss.reduction(term).normalizer(normalizers[term]);
        }
        return normalizers;
    }

    /** The loss; overwrites the batch's gradients with {@code upstream} times its own. */
    public static double value(Loss loss, Batch batch, double upstream) {
        double[] normalizers = normalizers(loss, batch);
        double[] scales = new double[loss.terms()];
        for (int term = 0; term < scales.length; term++) {
            scales[term] = upstream / normalizers[term];
        }
        double[] sums = new double[loss.terms()];
        loss.evaluate(batch, scales, sums);
        double value = 0;
        for (int term = 0; term < sums.length; term++) {
            value += sums[term] / normalizers[term];
        }
        return value;
    }

    /**
     * The loss of each sample of a loss of one term, before any reduction; overwrites the batch's gradients with
     * {@code upstream[n]} times that of sample n.
     */
    public static double[] perSample(Loss loss, Batch batch, float[] upstream) {
        int samples = batch.samples();
        double[] values = new double[samples];
        List<Shape> shapes = new ArrayList<>();
        for (int i = 0; i < batch.outputs(); i++) {
            shapes.add(batch.shape(i));
        }
        Batch one = Batch.of(shapes, batch.target(), 1).withSamples(1);
        int target = one.targets().length;
        double[] sum = new double[1];
        for (int n = 0; n < samples; n++) {
            for (int i = 0; i < shapes.size(); i++) {
                System.arraycopy(batch.output(i), n * one.count(i), one.output(i), 0, one.count(i));
            }
            System.arraycopy(batch.targets(), n * target, one.targets(), 0, target);
            loss.evaluate(one, new double[] {upstream[n]}, sum);
            values[n] = sum[0];
            for (int i = 0; i < shapes.size(); i++) {
                System.arraycopy(one.gradient(i), 0, batch.gradient(i), n * one.count(i), one.count(i));
            }
        }
        return values;
    }

    /**
     * The same samples with each position of [classes, …] outputs, or each element where {@code classes} is 1, as a sample of its
     * own. Gradients go back with {@link #ofPositions}.
     */
    public static Batch positions(Batch batch, int classes) {
        boolean elements = classes == 1;
        int positions = batch.count(0) / classes;
        int samples = batch.samples() * positions;
        int perTarget = batch.targets().length / Math.max(1, samples);
        Shape shape = elements ? Shape.of() : Shape.of(classes);
        List<Shape> shapes = Collections.nCopies(1, shape);
        Batch apart =
                Batch.of(shapes, perTarget == 1 ? Shape.of() : shape, samples).withSamples(samples);
        for (int n = 0; n < batch.samples(); n++) {
            for (int p = 0; p < positions; p++) {
                int to = n * positions + p;
                for (int k = 0; k < classes; k++) {
                    apart.output(0)[to * classes + k] = batch.output(0)[n * batch.count(0) + k * positions + p];
                }
                for (int k = 0; k < perTarget; k++) {
                    apart.targets()[to * perTarget + k] = batch.targets()[batch.targetAt(n) + k * positions + p];
                }
            }
        }
        return apart;
    }

    /** The gradients of positions, laid out like the output of the samples that they were taken from. */
    public static float[] ofPositions(Batch apart, int classes, int positions) {
        float[] gradient = new float[apart.gradient(0).length];
        for (int i = 0; i < apart.samples(); i++) {
            for (int k = 0; k < classes; k++) {
                gradient[i / positions * positions * classes + k * positions + i % positions] =
                        apart.gradient(0)[i * classes + k];
            }
        }
        return gradient;
    }
}
