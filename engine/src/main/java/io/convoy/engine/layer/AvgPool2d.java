package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mean over a sliding window (LeCun et al. 1989).
 *
 * <pre>y[n,c,p,q] = Σ_{i,j} x[n, c, p·stride + i − padding, …] / count,  x: [N, C, H, W] → y: [N, C, P, Q]</pre>
 *
 * where count is the number of the window's taps inside the input, or inside the input and its border, or a given divisor.
 *
 * @param window kernel, stride (default: kernel), padding (default 0), ceilMode (default false); its dilation is 1
 * @param countIncludePad whether the border's zeros count; default true. What ceilMode adds beyond the border never does.
 * @param divisorOverride the count for every window, whatever it sees, at least 1; default none
 */
public record AvgPool2d(
        Window window, boolean countIncludePad, @Nullable Integer divisorOverride) implements Layer {
    public AvgPool2d {
        window.validate("AvgPool2d");
        if (!window.dilation().equals(Pair.of(1))) {
            throw new IllegalArgumentException(
                    "AvgPool2d expects no dilation, but dilation is " + window.dilation() + ".");
        }
        if (divisorOverride != null) {
            Expect.atLeast(1, "AvgPool2d", "divisorOverride", divisorOverride);
        }
    }

    /** Divides by what each window sees. */
    public AvgPool2d(Window window, boolean countIncludePad) {
        this(window, countIncludePad, null);
    }

    /** A square window that moves by {@code stride}. */
    public static AvgPool2d of(int kernel, int stride) {
        return new AvgPool2d(new Window(Pair.of(kernel), Pair.of(stride), Pair.of(0), Pair.of(1), false), true);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        return List.of(window.slide(this, Expect.featureMaps(this, inputs)));
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        return window.reach(this, inputs.get(0));
    }

    @Override
    public String toString() {
        return "AvgPool2d[kernel=" + window.kernel() + ", stride=" + window.stride() + "]";
    }
}
