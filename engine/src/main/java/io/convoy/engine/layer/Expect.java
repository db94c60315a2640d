package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/** The checks that layers share, with messages in one form. */
final class Expect {
    private Expect() {}

    static void atLeast(int least, String layer, String name, int value) {
        if (value < least) {
            throw new IllegalArgumentException(
                    layer + " expects " + name + " of at least " + least + ", but " + name + " is " + value + ".");
        }
    }

    static void atLeast(int least, String layer, String name, Pair value) {
        if (value.height() < least || value.width() < least) {
            throw new IllegalArgumentException(
                    layer + " expects " + name + " of at least " + least + ", but " + name + " is " + value + ".");
        }
    }

    /** The only input, which must be a batch of feature maps. */
    static Shape featureMaps(Layer layer, List<Shape> inputs) {
        Shape input = only(layer, inputs);
        if (input.rank() != 4) {
            throw new ShapeException(layer + " expects [N, C, H, W], but its input is " + input + "."
                    + (input.rank() == 2 ? " Maybe a Flatten comes too early." : ""));
        }
        return input;
    }

    static Shape only(Layer layer, List<Shape> inputs) {
        if (inputs.size() != 1) {
            throw new ShapeException(layer + " expects 1 input, but it got " + inputs.size() + ".");
        }
        return inputs.get(0);
    }

    /** The length of one dimension after a sliding window, rounded down. */
    static int slide(Layer layer, Shape input, int length, int window, int stride, int padding, int dilation) {
        int covered = dilation * (window - 1) + 1;
        int room = length + 2 * padding - covered;
        if (room < 0) {
            throw new ShapeException(layer + " expects an input that its window of " + covered + " fits into, but its"
                    + " input is " + input + ". Maybe the network is too deep for so small an input, or a padding is"
                    + " missing.");
        }
        return room / stride + 1;
    }
}
