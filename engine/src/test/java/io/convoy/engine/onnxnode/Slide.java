package io.convoy.engine.onnxnode;

import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.tensor.Shape;

/**
 * How a window slides over an image, from the attributes that ONNX's convolutions and pools share. One spatial dimension is
 * taken for two, the first of size 1.
 *
 * @param kernel its size
 * @param stride its step
 * @param dilation distance between its taps
 * @param before the border above and to the left
 * @param after the border below and to the right
 */
record Slide(Pair kernel, Pair stride, Pair dilation, Pair before, Pair after) {
    /** The window of {@code node} over an image [N, C, H, W]; {@code kernel} is what it is where there is no attribute. */
    static Slide of(NodeCase.Node node, Shape x, int... kernel) {
        int[] k = two(node.wholes("kernel_shape", kernel), 1);
        int[] stride = two(node.wholes("strides", 1, 1), 1);
        int[] dilation = two(node.wholes("dilations", 1, 1), 1);
        int[] before = new int[2];
        int[] after = new int[2];
        String auto = node.text("auto_pad", "NOTSET");
        int[] pads = node.wholes("pads", 0, 0, 0, 0);
        int spatial = pads.length / 2;
        for (int axis = 0; axis < 2; axis++) {
            if (auto.startsWith("SAME")) {
                int length = x.size(2 + axis);
                int positions = (length - 1) / stride[axis] + 1;
                int all = Math.max(0, (positions - 1) * stride[axis] + (k[axis] - 1) * dilation[axis] + 1 - length);
                before[axis] = auto.equals("SAME_UPPER") ? all / 2 : all - all / 2;
                after[axis] = all - before[axis];
            } else if (spatial == 2) {
                before[axis] = pads[axis];
                after[axis] = pads[2 + axis];
            } else if (axis == 1) {
                before[axis] = pads[0];
                after[axis] = pads[1];
            }
        }
        return new Slide(pair(k), pair(stride), pair(dilation), pair(before), pair(after));
    }

    /** Feature maps of one spatial dimension as images of one row. */
    static Shape image(Shape x) {
        if (x.rank() == 4) {
            return x;
        }
        if (x.rank() == 3) {
            return Shape.of(x.size(0), x.size(1), 1, x.size(2));
        }
        throw new Skipped("windows slide over one or two dimensions here, not " + (x.rank() - 2));
    }

    boolean isSymmetric() {
        return before.equals(after);
    }

    /** A layer for the border itself, for what our windows can't have. */
    Pad zeros() {
        return Pad.zeros(before.width(), after.width(), before.height(), after.height());
    }

    /** The same with the edges repeated, which changes no maximum. */
    Pad edges() {
        return Pad.replicate(before.width(), after.width(), before.height(), after.height());
    }

    static Pair pair(int[] values) {
        return new Pair(values[0], values[1]);
    }

    private static int[] two(int[] values, int first) {
        return values.length == 1 ? new int[] {first, values[0]} : values;
    }
}
