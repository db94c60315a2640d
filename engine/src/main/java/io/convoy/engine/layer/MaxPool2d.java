package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Maximum over a sliding window (Ranzato et al. 2007). The border counts as −∞; of equal values the first, in row-major
 * order, gets the gradient.
 *
 * <pre>y[n,c,p,q] = max_{i,j} x[n, c, p·stride + i·dilation − padding, …],  x: [N, C, H, W] → y: [N, C, P, Q]</pre>
 *
 * @param window kernel, stride (default: kernel), padding (default 0), dilation (default 1), ceilMode (default false)
 * @param returnIndices whether a second output [N, C, P, Q] tells where each maximum was found, as h · W + w, for
 *     {@link MaxUnpool2d}; −1 where a dilated window lies in the border as a whole; default false
 */
public record MaxPool2d(Window window, boolean returnIndices) implements Layer {
    public MaxPool2d {
        window.validate("MaxPool2d");
    }

    /** Without a second output. */
    public MaxPool2d(Window window) {
        this(window, false);
    }

    /** The same with a second output, the indices. */
    public MaxPool2d withIndices() {
        return new MaxPool2d(window, true);
    }

    /** A square window that moves by {@code stride}. */
    public static MaxPool2d of(int kernel, int stride) {
        return of(kernel, stride, 0);
    }

    /** A square window that moves by {@code stride}, with a border. */
    public static MaxPool2d of(int kernel, int stride, int padding) {
        return new MaxPool2d(new Window(Pair.of(kernel), Pair.of(stride), Pair.of(padding), Pair.of(1), false));
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.featureMaps(this, inputs);
        if (returnIndices || !window.dilation().equals(Pair.of(1))) {
            Expect.indexable(this, x);
        }
        Shape y = window.slide(this, x);
        return returnIndices ? List.of(y, y) : List.of(y);
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        return window.reach(this, inputs.get(0));
    }

    @Override
    public String toString() {
        return "MaxPool2d[kernel=" + window.kernel() + ", stride=" + window.stride() + "]";
    }
}
