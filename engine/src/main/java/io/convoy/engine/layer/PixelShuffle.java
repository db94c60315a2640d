package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Channels laid out as pixels (Shi et al. 2016): r = {@code upscaleFactor},
 *
 * <pre>y[n, c, h·r + i, w·r + j] = x[n, c·r² + i·r + j, h, w],  x: [N, C·r², H, W] → y: [N, C, H·r, W·r]</pre>
 *
 * @param upscaleFactor how much higher and wider the output is
 */
public record PixelShuffle(int upscaleFactor) implements Layer {
    public PixelShuffle {
        Expect.atLeast(1, "PixelShuffle", "upscaleFactor", upscaleFactor);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.featureMaps(this, inputs);
        int square = upscaleFactor * upscaleFactor;
        if (x.size(1) % square != 0) {
            throw new ShapeException(
                    this + " expects a multiple of " + square + " channels, but its input is " + x + ".");
        }
        return List.of(Shape.of(x.size(0), x.size(1) / square, x.size(2) * upscaleFactor, x.size(3) * upscaleFactor));
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        AxisReach pixels = AxisReach.transposed(upscaleFactor, upscaleFactor, 0, 1);
        return new Reach(pixels, pixels);
    }
}
