package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
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
     * The loss of each position of a [classes, …] output; overwrites the batch's gradient with {@code upstream[i]} times that of
     * position i.
     */
    public static double[] perPosition(Loss loss, Batch batch, float[] upstream) {
        int classes = batch.shape(0).size(0);
        int positions = batch.count(0) / classes;
        boolean label = !batch.target().equals(batch.shape(0));
        Shape vector = Shape.of(classes);
        Batch one = Batch.of(List.of(vector), label ? Shape.of() : vector, 1).withSamples(1);
        double[] values = new double[batch.samples() * positions];
        double[] sum = new double[1];
        for (int i = 0; i < values.length; i++) {
            int at = i / positions * batch.count(0) + i % positions;
            for (int k = 0; k < classes; k++) {
                one.output(0)[k] = batch.output(0)[at + k * positions];
            }
            for (int k = 0; k < one.targets().length; k++) {
                one.targets()[k] = batch.targets()[batch.targetAt(i / positions) + i % positions + k * positions];
            }
            loss.evaluate(one, new double[] {upstream[i]}, sum);
            values[i] = sum[0];
            for (int k = 0; k < classes; k++) {
                batch.gradient(0)[at + k * positions] = one.gradient(0)[k];
            }
        }
        return values;
    }

    /** The loss of each element; overwrites the batch's gradient with {@code upstream[i]} times that of element i. */
    public static double[] perElement(ElementLoss loss, Batch batch, float[] upstream) {
        int count = batch.count(0);
        int channels = batch.shape(0).rank() == 0 ? 1 : batch.shape(0).size(0);
        double[] values = new double[batch.samples() * count];
        for (int i = 0; i < values.length; i++) {
            int channel = i % count / (count / channels);
            double x = batch.output(0)[i];
            double t = batch.targets()[i];
            values[i] = loss.value(x, t, channel);
            batch.gradient(0)[i] = (float) (upstream[i] * loss.slope(x, t, channel));
        }
        return values;
    }
}
