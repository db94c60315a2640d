package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;

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
}
