package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A pooling window: where it lies and how many positions it has.
 *
 * @param kernel its size
 * @param stride its step
 * @param padding border on each side, at most half the kernel
 * @param dilation distance between its taps
 * @param ceilMode whether a last window that only begins inside the input or its left border counts (PyTorch's ceil_mode)
 */
public record Window(Pair kernel, Pair stride, Pair padding, Pair dilation, boolean ceilMode) {
    void validate(String layer) {
        Expect.atLeast(1, layer, "kernel", kernel);
        Expect.atLeast(1, layer, "stride", stride);
        Expect.atLeast(0, layer, "padding", padding);
        Expect.atLeast(1, layer, "dilation", dilation);
        if (padding.height() > kernel.height() / 2 || padding.width() > kernel.width() / 2) {
            throw new IllegalArgumentException(layer + " expects padding of at most half the kernel, but padding is "
                    + padding + " and kernel is " + kernel + ".");
        }
    }

    /** [N, C, H, W] → [N, C, P, Q]: one output a position. */
    Shape slide(Layer layer, Shape x) {
        return Shape.of(
                x.size(0),
                x.size(1),
                positions(layer, x, 2, kernel.height(), stride.height(), padding.height(), dilation.height()),
                positions(layer, x, 3, kernel.width(), stride.width(), padding.width(), dilation.width()));
    }

    private int positions(Layer layer, Shape x, int axis, int window, int step, int border, int gap) {
        return Expect.slide(layer, x, x.size(axis), window, step, border, gap, ceilMode);
    }

    /** Where the outputs of {@link #slide} look; one position that covers the input sees the whole of it. */
    Reach reach(Layer layer, Shape x) {
        Shape y = slide(layer, x);
        Reach reach = Reach.window(kernel, stride, padding, dilation);
        return new Reach(
                y.size(2) == 1 && covers(kernel.height(), padding.height(), dilation.height(), x.size(2))
                        ? AxisReach.WHOLE
                        : reach.height(),
                y.size(3) == 1 && covers(kernel.width(), padding.width(), dilation.width(), x.size(3))
                        ? AxisReach.WHOLE
                        : reach.width());
    }

    private static boolean covers(int kernel, int padding, int dilation, int length) {
        return dilation == 1 && kernel - padding >= length;
    }

    /** Where the outputs of adaptive pooling look: from ⌊p·H/P⌋ to ⌈(p+1)·H/P⌉ − 1. */
    static Reach adaptiveReach(Shape x, Pair outputSize) {
        return new Reach(adaptive(x.size(2), outputSize.height()), adaptive(x.size(3), outputSize.width()));
    }

    private static AxisReach adaptive(int in, int out) {
        if (out == 1) {
            return AxisReach.WHOLE;
        }
        List<int[]> seen = new ArrayList<>();
        for (int p = 0; p < out; p++) {
            int begin = (int) ((long) p * in / out);
            int end = (int) (((p + 1L) * in + out - 1) / out);
            seen.add(IntStream.range(begin, end).toArray());
        }
        return AxisReach.periodic(in, seen);
    }
}
