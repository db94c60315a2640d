package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the values of a {@link MaxPool2d} back where they came from, zeros elsewhere (Zeiler et al. 2011).
 *
 * <pre>y[n,c, index / W', index mod W'] = x[n,c,p,q],  x and indices: [N, C, P, Q] → y: [N, C, H', W']</pre>
 *
 * Where windows overlapped and two values claim one place, the last in row-major order is there. The indices have no gradient.
 *
 * @param kernel the pool's
 * @param stride the pool's; default: kernel
 * @param padding the pool's; default 0
 * @param outputSize H' and W', less than a stride away from (P − 1) · stride − 2 · padding + kernel, which is the default
 */
public record MaxUnpool2d(
        Pair kernel, Pair stride, Pair padding, @Nullable Pair outputSize) implements Layer {
    public MaxUnpool2d {
        Expect.atLeast(1, "MaxUnpool2d", "kernel", kernel);
        Expect.atLeast(1, "MaxUnpool2d", "stride", stride);
        Expect.atLeast(0, "MaxUnpool2d", "padding", padding);
        if (outputSize != null) {
            Expect.atLeast(1, "MaxUnpool2d", "outputSize", outputSize);
        }
    }

    /** A square window without padding. */
    public static MaxUnpool2d of(int kernel, int stride) {
        return new MaxUnpool2d(Pair.of(kernel), Pair.of(stride), Pair.of(0), null);
    }

    /** The same to feature maps of another size, such as the pool's input had. */
    public MaxUnpool2d withOutputSize(int height, int width) {
        return new MaxUnpool2d(kernel, stride, padding, new Pair(height, width));
    }

    @Override
    public int arity() {
        return 2;
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        if (inputs.size() != 2
                || !inputs.get(0).equals(inputs.get(1))
                || inputs.get(0).rank() != 4) {
            throw new ShapeException(
                    this + " expects feature maps [N, C, H, W] and indices of that shape, but its inputs are " + inputs
                            + ".");
        }
        Shape x = inputs.get(0);
        int height = length(x, x.size(2), kernel.height(), stride.height(), padding.height());
        int width = length(x, x.size(3), kernel.width(), stride.width(), padding.width());
        Pair wanted = outputSize == null ? new Pair(height, width) : outputSize;
        if (Math.abs(wanted.height() - height) >= stride.height()
                || Math.abs(wanted.width() - width) >= stride.width()) {
            throw new ShapeException(this + " expects an outputSize less than a stride of " + stride + " away from "
                    + new Pair(height, width) + ", but outputSize is " + wanted + ".");
        }
        Shape y = Shape.of(x.size(0), x.size(1), wanted.height(), wanted.width());
        Expect.indexable(this, y);
        return List.of(y);
    }

    private int length(Shape x, int positions, int window, int step, int border) {
        long length = (positions - 1L) * step - 2L * border + window;
        if (length < 1 || length > Integer.MAX_VALUE) {
            throw new ShapeException(this + " expects to give at least one pixel, but its input is " + x
                    + ". Maybe the padding is not the pool's.");
        }
        return (int) length;
    }

    /** A value goes somewhere into the window that it came from. */
    @Override
    public Reach reach(int input, List<Shape> inputs) {
        return Reach.transposed(kernel, stride, padding, Pair.of(1));
    }

    @Override
    public String toString() {
        return "MaxUnpool2d[kernel=" + kernel + ", stride=" + stride + "]";
    }
}
