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

    static void finite(String initializer, String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    initializer + " expects a finite " + name + " of at least 0, but " + name + " is " + value + ".");
        }
    }

    static void number(String layer, String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    layer + " expects a finite " + name + ", but " + name + " is " + value + ".");
        }
    }

    static void above(double least, String layer, String name, double value) {
        if (!(value > least && value < Double.POSITIVE_INFINITY)) {
            String bound = least == (int) least ? Integer.toString((int) least) : Double.toString(least);
            throw new IllegalArgumentException(
                    layer + " expects a finite " + name + " above " + bound + ", but " + name + " is " + value + ".");
        }
    }

    /** The dimension that {@code dim} means: itself, or counted from the end if it is below 0. */
    static int axis(Layer layer, Shape input, int dim) {
        if (dim < -input.rank() || dim >= input.rank()) {
            throw new ShapeException(layer + " expects an input that has its dimension, but its input is " + input
                    + ", whose dimensions are " + -input.rank() + " to " + (input.rank() - 1) + ".");
        }
        return Math.floorMod(dim, input.rank());
    }

    /** The shape of two inputs whose sizes of 1, or missing ones in front, are repeated to the other's. */
    static Shape together(Layer layer, List<Shape> inputs, String remedy) {
        if (inputs.size() != 2) {
            throw new ShapeException(layer + " expects 2 inputs, but it got " + inputs.size() + ".");
        }
        int first = inputs.get(0).rank() >= inputs.get(1).rank() ? 0 : 1;
        Shape longer = inputs.get(first);
        Shape shorter = inputs.get(1 - first);
        int[] sizes = longer.toArray();
        for (int axis = 0; axis < shorter.rank(); axis++) {
            int at = longer.rank() - shorter.rank() + axis;
            if (sizes[at] != shorter.size(axis) && sizes[at] != 1 && shorter.size(axis) != 1) {
                throw new ShapeException(layer + " expects 2 inputs of one shape, or with sizes of 1 to be repeated,"
                        + " but its inputs are " + inputs + "." + remedy);
            }
            sizes[at] = sizes[at] == 1 ? shorter.size(axis) : sizes[at];
        }
        return Shape.of(sizes);
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

    /** The only input, which must be a batch of feature maps with at least one pixel. */
    static Shape pixels(Layer layer, List<Shape> inputs) {
        Shape x = featureMaps(layer, inputs);
        if (x.size(2) == 0 || x.size(3) == 0) {
            throw new ShapeException(layer + " expects at least one pixel, but its input is " + x + ".");
        }
        return x;
    }

    /** Indices into a plane are floats, which count exactly up to 2²⁴. */
    static void indexable(Layer layer, Shape x) {
        long plane = (long) x.size(2) * x.size(3);
        if (plane > 1 << 24) {
            throw new ShapeException(
                    layer + " expects feature maps of at most 16777216 pixels, since float32 can't number"
                            + " more, but its input is " + x + ".");
        }
    }

    static void epsilon(String layer, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    layer + " expects a finite epsilon above 0, but epsilon is " + value + ".");
        }
    }

    static void probability(String layer, String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    layer + " expects " + name + " from 0 to 1, but " + name + " is " + value + ".");
        }
    }

    static Shape only(Layer layer, List<Shape> inputs) {
        if (inputs.size() != 1) {
            throw new ShapeException(layer + " expects 1 input, but it got " + inputs.size() + ".");
        }
        return inputs.get(0);
    }

    /**
     * How often a window fits along one dimension. With {@code ceil} a last window that begins inside the input or its left
     * border counts, even if it ends beyond the right one.
     */
    static int slide(
            Layer layer, Shape input, int length, int window, int stride, int padding, int dilation, boolean ceil) {
        long covered = (long) dilation * (window - 1) + 1;
        long room = length + 2L * padding - covered;
        long positions = Math.floorDiv(ceil ? room + stride - 1 : room, stride) + 1;
        if (ceil && (positions - 1) * stride >= (long) length + padding) {
            // It would begin in the right border and see nothing.
            positions--;
        }
        return counted(layer, input, covered, positions);
    }

    /** How often a window fits along dimension {@code axis}, which has {@code border} zeros more. */
    static int slide(Layer layer, Shape input, int axis, int window, int stride, long border, int dilation) {
        long covered = (long) dilation * (window - 1) + 1;
        long room = input.size(axis) + border - covered;
        return counted(layer, input, covered, Math.floorDiv(room, stride) + 1);
    }

    private static int counted(Layer layer, Shape input, long covered, long positions) {
        if (positions < 1) {
            throw new ShapeException(layer + " expects an input that its window of " + covered + " fits into, but its"
                    + " input is " + input + ". Maybe the network is too deep for so small an input, or a padding is"
                    + " missing.");
        }
        return Math.toIntExact(positions);
    }
}
