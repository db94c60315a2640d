package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Channels of groups mixed (Zhang et al. 2018), so that the next grouped convolution sees all of them.
 *
 * <pre>y[n, j·groups + g, …] = x[n, g·C/groups + j, …],  x and y: [N, C, …]</pre>
 *
 * @param groups a divisor of C
 */
public record ChannelShuffle(int groups) implements Layer {
    public ChannelShuffle {
        Expect.atLeast(1, "ChannelShuffle", "groups", groups);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        if (x.rank() < 2 || x.size(1) % groups != 0) {
            throw new ShapeException(this + " expects [N, C, …] with a multiple of " + groups
                    + " channels, but its input is " + x + ".");
        }
        return List.of(x);
    }
}
