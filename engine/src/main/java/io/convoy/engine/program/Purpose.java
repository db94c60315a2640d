package io.convoy.engine.program;

/**
 * What a program is compiled for.
 *
 * @param batch samples that it computes at once, at least 1
 * @param training whether BatchNorm normalises by the batch's own statistics, and tells them
 * @param backward whether gradients of the parameters follow
 * @param inputGradients whether gradients of the inputs follow too
 */
public record Purpose(int batch, boolean training, boolean backward, boolean inputGradients) {
    public Purpose {
        if (batch < 1) {
            throw new IllegalArgumentException("Purpose expects a batch of at least 1, but it is " + batch + ".");
        }
        if (inputGradients && !backward) {
            throw new IllegalArgumentException("Purpose expects a backward pass where input gradients are wanted.");
        }
    }

    /** A training step on {@code batch} samples. */
    public static Purpose training(int batch) {
        return new Purpose(batch, true, true, false);
    }

    /** Inference on {@code batch} samples. */
    public static Purpose inference(int batch) {
        return new Purpose(batch, false, false, false);
    }
}
