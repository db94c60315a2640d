package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Pixels stacked as channels, {@link PixelShuffle} backwards: r = {@code downscaleFactor},
 *
 * <pre>y[n, c·r² + i·r + j, h, w] = x[n, c, h·r + i, w·r + j],  x: [N, C, H·r, W·r] → y: [N, C·r², H, W]</pre>
 *
 * @param downscaleFactor how much lower and narrower the output is
 */
public record PixelUnshuffle(int downscaleFactor) implements Layer {
    public PixelUnshuffle {
        Expect.atLeast(1, "PixelUnshuffle", "downscaleFactor", downscaleFactor);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.featureMaps(this, inputs);
        if (x.size(2) % downscaleFactor != 0 || x.size(3) % downscaleFactor != 0) {
            throw new ShapeException(this + " expects a height and a width that are multiples of " + downscaleFactor
                    + ", but its input is " + x + ".");
        }
        return List.of(Shape.of(
                x.size(0),
                x.size(1) * downscaleFactor * downscaleFactor,
                x.size(2) / downscaleFactor,
                x.size(3) / downscaleFactor));
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        Pair square = Pair.of(downscaleFactor);
        return Reach.window(square, square, Pair.of(0), Pair.of(1));
    }
}
