package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;

/**
 * What training makes small. A loss is the sum over samples of their losses, divided by a normaliser that depends on the
 * targets alone; the trainer knows the normaliser of the whole batch before any gradient is computed, so gradients of parts
 * of a batch are simply added.
 */
public interface Loss {
    /**
     * Checks that the loss can follow a network.
     *
     * @param output the shape of one sample of the network's output
     * @throws io.convoy.engine.layer.ShapeException if it can't
     */
    void check(Shape output);

    /** What one sample adds to the normaliser; 1 for a plain mean. */
    double weight(float target);

    /**
     * The sum of the samples' losses; overwrites {@code gradient} with its gradient times {@code scale}.
     *
     * @param output the network's outputs, samples × {@code sample}, row-major
     * @param sample the shape of one sample's output
     * @param target one a sample: a class, counted from 0
     * @param samples how many
     * @param scale 1 / the batch's normaliser
     * @param gradient laid out like {@code output}
     */
    double evaluate(float[] output, Shape sample, float[] target, int samples, double scale, float[] gradient);
}
