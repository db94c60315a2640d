package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Maxima over as many windows as are asked for, whatever the input's size; with outputSize 1 global max pooling. Of equal
 * values the first, in row-major order, gets the gradient.
 *
 * <pre>y[n,c,p,q] = max of x[n, c, ⌊p·H/P⌋ … ⌈(p+1)·H/P⌉ − 1, …],  x: [N, C, H, W] → y: [N, C, P, Q]</pre>
 *
 * @param outputSize P and Q, which may be more than H and W
 * @param returnIndices whether a second output [N, C, P, Q] tells where each maximum was found, as h · W + w; default false
 */
public record AdaptiveMaxPool2d(Pair outputSize, boolean returnIndices) implements Layer {
    public AdaptiveMaxPool2d {
        Expect.atLeast(1, "AdaptiveMaxPool2d", "outputSize", outputSize);
    }

    /** A square output; 1 for the maximum of each feature map. */
    public static AdaptiveMaxPool2d of(int outputSize) {
        return new AdaptiveMaxPool2d(Pair.of(outputSize), false);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.pixels(this, inputs);
        if (returnIndices) {
            Expect.indexable(this, x);
        }
        Shape y = Shape.of(x.size(0), x.size(1), outputSize.height(), outputSize.width());
        return returnIndices ? List.of(y, y) : List.of(y);
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        return Window.adaptiveReach(inputs.get(0), outputSize);
    }

    @Override
    public String toString() {
        return "AdaptiveMaxPool2d[outputSize=" + outputSize + "]";
    }
}
