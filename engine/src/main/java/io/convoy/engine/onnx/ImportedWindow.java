package io.convoy.engine.onnx;

import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Window;
import io.convoy.engine.tensor.Shape;

/**
 * How a window slides over feature maps, from the attributes that ONNX's convolutions and pools share. One spatial dimension is
 * taken for two, the first of size 1.
 *
 * @param kernel its size
 * @param stride its step
 * @param dilation distance between its taps
 * @param before the border above and to the left
 * @param after the border below and to the right
 */
record ImportedWindow(Pair kernel, Pair stride, Pair dilation, Pair before, Pair after) {
    /** The window of {@code node} over [N, C, H, W]; {@code kernel} is what it is where there is no attribute. */
    static ImportedWindow of(ImportedNode node, Shape x, int... kernel) {
        int[] k = two(node, node.counts("kernel_shape", kernel), "kernel_shape");
        int[] stride = two(node, node.counts("strides", 1, 1), "strides");
        int[] dilation = two(node, node.counts("dilations", 1, 1), "dilations");
        int[] pads = node.counts("pads", 0, 0, 0, 0);
        if (pads.length == 2) {
            pads = new int[] {0, pads[0], 0, pads[1]};
        }
        if (pads.length != 4) {
            throw node.refused("two pads for each of one or two dimensions", "it has " + pads.length, "");
        }
        for (int axis = 0; axis < 2; axis++) {
            if (k[axis] < 1 || stride[axis] < 1 || dilation[axis] < 1 || pads[axis] < 0 || pads[axis + 2] < 0) {
                throw node.refused(
                        "a kernel, strides and dilations of at least 1 and pads of at least 0", "it has others", "");
            }
        }
        String auto = node.text("auto_pad", "NOTSET");
        if (auto.startsWith("SAME")) {
            for (int axis = 0; axis < 2; axis++) {
                int length = x.size(2 + axis);
                int positions = (length - 1) / stride[axis] + 1;
                int all = Math.max(0, (positions - 1) * stride[axis] + (k[axis] - 1) * dilation[axis] + 1 - length);
                pads[axis] = auto.equals("SAME_UPPER") ? all / 2 : all - all / 2;
                pads[axis + 2] = all - pads[axis];
            }
        }
        return new ImportedWindow(
                pair(k), pair(stride), pair(dilation), new Pair(pads[0], pads[1]), new Pair(pads[2], pads[3]));
    }

    private static int[] two(ImportedNode node, int[] values, String what) {
        if (values.length == 1) {
            return new int[] {1, values[0]};
        }
        if (values.length != 2) {
            throw node.refused("windows over one or two dimensions", what + " has " + values.length + " values", "");
        }
        return values;
    }

    static Pair pair(int[] values) {
        return new Pair(values[0], values[1]);
    }

    boolean isSymmetric() {
        return before.equals(after);
    }

    /** Whether our pools can have the border: the same on both sides and at most half the kernel. */
    boolean isPoolable() {
        return isSymmetric() && before.height() <= kernel.height() / 2 && before.width() <= kernel.width() / 2;
    }

    Window window(Pair padding, boolean ceilMode) {
        return new Window(kernel, stride, padding, dilation, ceilMode);
    }

    /**
     * Whether the border behind is the one before and just as much more as makes a window fit that begins inside, so that it is a
     * symmetric border rounded up.
     */
    boolean isRoundedUp(Shape x) {
        return isRoundedUp(
                        x.size(2), kernel.height(), stride.height(), dilation.height(), before.height(), after.height())
                && isRoundedUp(
                        x.size(3), kernel.width(), stride.width(), dilation.width(), before.width(), after.width());
    }

    private static boolean isRoundedUp(int length, int window, int step, int gap, int front, int behind) {
        int covered = gap * (window - 1) + 1;
        int room = length + 2 * front - covered;
        int floor = Math.floorDiv(room, step) + 1;
        int ceil = Math.floorDiv(room + step - 1, step) + 1;
        if ((ceil - 1) * step >= length + front) {
            ceil--;
        }
        int excess = Math.max(0, (ceil - 1) * step + covered - length - 2 * front);
        return front <= window / 2 && behind - front == excess && (ceil > floor || excess == 0);
    }

    /** A layer for the border itself, for what our windows can't have. */
    Pad zeros() {
        return Pad.zeros(before.width(), after.width(), before.height(), after.height());
    }

    /** The same with the edges repeated, which changes no maximum. */
    Pad edges() {
        return Pad.replicate(before.width(), after.width(), before.height(), after.height());
    }
}
