package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Means over as many windows as are asked for, whatever the input's size; with outputSize 1 global average pooling (Lin et al.
 * 2014).
 *
 * <pre>y[n,c,p,q] = mean of x[n, c, ⌊p·H/P⌋ … ⌈(p+1)·H/P⌉ − 1, …],  x: [N, C, H, W] → y: [N, C, P, Q]</pre>
 *
 * @param outputSize P and Q, which may be more than H and W
 */
public record AdaptiveAvgPool2d(Pair outputSize) implements Layer {
    public AdaptiveAvgPool2d {
        Expect.atLeast(1, "AdaptiveAvgPool2d", "outputSize", outputSize);
    }

    /** A square output; 1 for the mean of each feature map. */
    public static AdaptiveAvgPool2d of(int outputSize) {
        return new AdaptiveAvgPool2d(Pair.of(outputSize));
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.pixels(this, inputs);
        return List.of(Shape.of(x.size(0), x.size(1), outputSize.height(), outputSize.width()));
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        return Window.adaptiveReach(inputs.get(0), outputSize);
    }

    @Override
    public String toString() {
        return "AdaptiveAvgPool2d[outputSize=" + outputSize + "]";
    }
}
