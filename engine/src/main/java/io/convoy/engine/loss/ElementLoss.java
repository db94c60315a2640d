package io.convoy.engine.loss;

import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * A loss of one output that compares each of its elements with the target's element at the same place, written for one element.
 *
 * <pre>loss = Σ_n Σ_i value(x[n,i], t[n,i]) / normaliser,  x, t: [N, …]</pre>
 *
 * The mean is over all elements.
 */
public interface ElementLoss extends SampleLoss {
    /**
     * The loss of one element.
     *
     * @param x what the network gave
     * @param t what was expected
     * @param channel the element's index along the first dimension of a sample; 0 for a single number
     */
    double value(double x, double t, int channel);

    /** The derivative of {@link #value} with respect to {@code x}. */
    double slope(double x, double t, int channel);

    /** How messages call it. */
    default String name() {
        return getClass().getSimpleName();
    }

    @Override
    default void check(List<Shape> outputs, Shape target) {
        Expect.outputs(name(), 1, outputs);
        Shape output = outputs.get(0);
        if (!output.equals(target) && !(output.count() == 1 && target.count() == 1)) {
            throw new ShapeException(name() + " expects targets of the output's shape " + output
                    + ", but a sample's target is " + target + ".");
        }
    }

    @Override
    default void weigh(Batch batch, double[] weights) {
        weights[0] += (double) batch.samples() * (reduction() == Reduction.MEAN ? batch.count(0) : 1);
    }

    @Override
    default double evaluate(Batch batch, int sample, double scale) {
        int count = batch.count(0);
        int channels =
                batch.shape(0).rank() == 0 ? 1 : Math.max(1, batch.shape(0).size(0));
        int plane = count / channels;
        float[] x = batch.output(0);
        float[] dx = batch.gradient(0);
        float[] t = batch.targets();
        int at = sample * count;
        int targetAt = batch.targetAt(sample);
        double sum = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int i = channel * plane; i < (channel + 1) * plane; i++) {
                double given = x[at + i];
                double expected = t[targetAt + i];
                sum += value(given, expected, channel);
                dx[at + i] = (float) (scale * slope(given, expected, channel));
            }
        }
        return sum;
    }
}
