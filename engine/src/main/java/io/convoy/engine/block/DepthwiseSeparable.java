package io.convoy.engine.block;

import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Padding;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;

/**
 * A depthwise separable convolution (Chollet 2017): a window a channel, then a 1 × 1 convolution that mixes channels, without
 * anything between them.
 *
 * <pre>[N, in, H, W] → depthwise: [N, in, P, Q] → pointwise: [N, out, P, Q]</pre>
 *
 * @param in input channels
 * @param out output channels
 * @param kernel the depthwise window
 * @param stride its step
 * @param padding its border
 * @param dilation distance between its taps
 * @param bias whether both convolutions add a bias
 */
public record DepthwiseSeparable(
        int in, int out, Pair kernel, Pair stride, Padding padding, Pair dilation, boolean bias) implements Block {
    public DepthwiseSeparable {
        // What is wrong with the arguments is told by the layers that get them.
        depthwise(in, kernel, stride, padding, dilation, bias);
        pointwise(in, out, bias);
    }

    /** A square window with stride 1 whose output is as large as its input, without biases, since a BatchNorm2d follows. */
    public static DepthwiseSeparable of(int in, int out, int kernel) {
        return new DepthwiseSeparable(in, out, Pair.of(kernel), Pair.of(1), Padding.SAME, Pair.of(1), false);
    }

    private static Conv2d depthwise(int in, Pair kernel, Pair stride, Padding padding, Pair dilation, boolean bias) {
        return new Conv2d(in, in, kernel, stride, padding, dilation, in, bias);
    }

    private static Conv2d pointwise(int in, int out, boolean bias) {
        return new Conv2d(in, out, Pair.of(1), Pair.of(1), Pair.of(0), Pair.of(1), 1, bias);
    }

    /** Adds {@code name.depthwise} and {@code name.pointwise}. */
    @Override
    public Port addTo(Network.Builder builder, String name, Port x) {
        Port channels = builder.add(name + ".depthwise", depthwise(in, kernel, stride, padding, dilation, bias), x);
        return builder.add(name + ".pointwise", pointwise(in, out, bias), channels);
    }
}
