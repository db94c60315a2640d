package io.convoy.engine.program;

import io.convoy.engine.kernel.Precision;

/**
 * What a program is compiled for.
 *
 * @param batch samples that it computes at once, at least 1
 * @param training whether BatchNorm normalises by the batch's own statistics, and tells them
 * @param backward whether gradients of the parameters follow
 * @param inputGradients whether gradients of the inputs follow too
 * @param precision what feature maps and their gradients are kept in
 */
public record Purpose(int batch, boolean training, boolean backward, boolean inputGradients, Precision precision) {
    public Purpose {
        if (batch < 1) {
            throw new IllegalArgumentException("Purpose expects a batch of at least 1, but it is " + batch + ".");
        }
        if (inputGradients && !backward) {
            throw new IllegalArgumentException("Purpose expects a backward pass where input gradients are wanted.");
        }
    }

    /** In float32. */
    public Purpose(int batch, boolean training, boolean backward, boolean inputGradients) {
        this(batch, training, backward, inputGradients, Precision.FLOAT32);
    }

    /** A training step on {@code batch} samples, in float32. */
    public static Purpose training(int batch) {
        return training(batch, Precision.FLOAT32);
    }

    /** A training step on {@code batch} samples. */
    public static Purpose training(int batch, Precision precision) {
        return new Purpose(batch, true, true, false, precision);
    }

    /** Inference on {@code batch} samples, in float32. */
    public static Purpose inference(int batch) {
        return inference(batch, Precision.FLOAT32);
    }

    /** Inference on {@code batch} samples. */
    public static Purpose inference(int batch, Precision precision) {
        return new Purpose(batch, false, false, false, precision);
    }
}
