package io.convoy.engine.zoo;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import java.util.function.IntFunction;

/** What the MobileNets share: their convolutions, how widths are rounded, and torchvision's first weights. */
final class Mobile {
    private final Network.Builder network;
    private final IntFunction<BatchNorm2d> norm;

    Mobile(Network.Builder network, IntFunction<BatchNorm2d> norm) {
        this.network = network;
        this.norm = norm;
    }

    /** A convolution that keeps the size but for its stride, BatchNorm2d and an activation: name.0, name.1 and name.2. */
    Port unit(String name, int out, int kernel, int stride, int groups, Layer activation, Port x) {
        return network.add(name + ".2", activation, linear(name, out, kernel, stride, groups, x));
    }

    /** The same without an activation. */
    Port linear(String name, int out, int kernel, int stride, int groups, Port x) {
        return normalized(name + ".0", name + ".1", out, kernel, stride, groups, x);
    }

    /** The same without an activation. */
    Port normalized(String convolution, String norm, int out, int kernel, int stride, int groups, Port x) {
        Conv2d layer = Conv2d.of(channels(x), out, kernel)
                .withStride(stride)
                .withPadding(kernel / 2)
                .withGroups(groups)
                .withoutBias();
        return network.add(norm, this.norm.apply(out), network.add(convolution, layer, x));
    }

    int channels(Port x) {
        return network.sample(x).size(0);
    }

    /** Normal by fan-out for convolutions, with deviation 0.01 for fully connected layers; biases 0. */
    Network build() {
        FirstWeights.draw(network, Conv2d.class, "weight", FirstWeights::fanOut);
        FirstWeights.draw(network, Conv2d.class, "bias", layer -> FirstWeights.ZERO);
        FirstWeights.draw(network, Linear.class, "weight", layer -> new Initializer.Normal(0.01));
        FirstWeights.draw(network, Linear.class, "bias", layer -> FirstWeights.ZERO);
        return network.build();
    }

    /** {@code channels} · {@code width} as a multiple of 8, at least 8 and not less than nine tenths of it. */
    static int rounded(double channels) {
        int multiple = Math.max(8, (int) (channels + 4) / 8 * 8);
        return multiple < 0.9 * channels ? multiple + 8 : multiple;
    }

    static void requireWidth(String network, double width) {
        if (!(width > 0 && width < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    network + " expects a finite width above 0, but width is " + width + ".");
        }
    }
}
