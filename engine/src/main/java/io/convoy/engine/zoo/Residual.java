package io.convoy.engine.zoo;

import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import java.util.List;

/**
 * What the residual networks share (He, Zhang, Ren and Sun 2016): stages of blocks, y = relu(branch(x) + shortcut(x)), of which
 * the first of a stage halves the resolution, but for the first stage. Where a block changes the shape, its shortcut is a 1×1
 * convolution with BatchNorm. Names are torchvision's.
 */
final class Residual {
    /**
     * A block's place in the network.
     *
     * @param name e.g. {@code layer2.0}
     * @param stage from 1
     * @param in channels that it reads
     * @param width channels inside a bottleneck
     * @param out channels that it gives
     * @param stride of the whole block
     */
    record Place(String name, int stage, int in, int width, int out, int stride) {
        Place withStride(int other) {
            return new Place(name, stage, in, width, out, other);
        }
    }

    /** A part of a block: adds its nodes, with names that begin with the place's. */
    interface Part {
        Port addTo(Network.Builder network, Place place, Port x);
    }

    /** No attention. */
    static final Part NOTHING = (network, place, x) -> x;

    /** A bottleneck's 3×3 convolution. */
    static final Part CONVOLUTION = (network, place, x) -> {
        Port y = network.add(place.name() + ".conv2", threeByThree(place.width(), place.width(), place.stride()), x);
        y = network.add(place.name() + ".bn2", BatchNorm2d.of(place.width()), y);
        return network.add(place.name() + ".relu2", new Relu(), y);
    };

    private Residual() {}

    /** A branch of two 3×3 convolutions. */
    static Part basic(Part attention) {
        return (network, place, x) -> {
            Port y = network.add(place.name() + ".conv1", threeByThree(place.in(), place.out(), place.stride()), x);
            y = network.add(place.name() + ".bn1", BatchNorm2d.of(place.out()), y);
            y = network.add(place.name() + ".relu1", new Relu(), y);
            y = network.add(place.name() + ".conv2", threeByThree(place.out(), place.out(), 1), y);
            y = network.add(place.name() + ".bn2", BatchNorm2d.of(place.out()), y);
            return attention.addTo(network, place, y);
        };
    }

    /**
     * A branch of a 1×1 convolution to fewer channels, a wider window, and a 1×1 convolution to more channels.
     *
     * @param strideFirst whether the first convolution takes the stride, as in the paper, or else the window, as is usual now
     * @param window {@link #CONVOLUTION} or what stands in its place
     * @param attention what comes behind the last normalisation
     */
    static Part bottleneck(boolean strideFirst, Part window, Part attention) {
        return (network, place, x) -> {
            int first = strideFirst ? place.stride() : 1;
            Port y = network.add(place.name() + ".conv1", oneByOne(place.in(), place.width(), first), x);
            y = network.add(place.name() + ".bn1", BatchNorm2d.of(place.width()), y);
            y = network.add(place.name() + ".relu1", new Relu(), y);
            y = window.addTo(network, place.withStride(place.stride() / first), y);
            y = network.add(place.name() + ".conv3", oneByOne(place.width(), place.out(), 1), y);
            y = network.add(place.name() + ".bn3", BatchNorm2d.of(place.out()), y);
            return attention.addTo(network, place, y);
        };
    }

    /**
     * Adds the stages.
     *
     * @param in channels of {@code x}
     * @param widths of each stage
     * @param expansion how many times the width a block gives
     * @param blocks of each stage
     */
    static Port stages(
            Network.Builder network,
            int in,
            List<Integer> widths,
            int expansion,
            List<Integer> blocks,
            Part branch,
            Port x) {
        Port y = x;
        int channels = in;
        for (int stage = 1; stage <= widths.size(); stage++) {
            int width = widths.get(stage - 1);
            for (int block = 0; block < blocks.get(stage - 1); block++) {
                String name = "layer" + stage + "." + block;
                int stride = stage > 1 && block == 0 ? 2 : 1;
                y = block(network, new Place(name, stage, channels, width, expansion * width, stride), branch, y);
                channels = expansion * width;
            }
        }
        return y;
    }

    private static Port block(Network.Builder network, Place place, Part branch, Port x) {
        Port y = branch.addTo(network, place, x);
        Port shortcut = x;
        if (place.stride() != 1 || place.in() != place.out()) {
            String name = place.name() + ".downsample";
            shortcut = network.add(name + ".0", oneByOne(place.in(), place.out(), place.stride()), x);
            shortcut = network.add(name + ".1", BatchNorm2d.of(place.out()), shortcut);
        }
        y = network.add(place.name() + ".add", new Add(), y, shortcut);
        return network.add(place.name() + ".relu", new Relu(), y);
    }

    static Conv2d threeByThree(int in, int out, int stride) {
        return Conv2d.of(in, out, 3).withPadding(1).withStride(stride).withoutBias();
    }

    private static Conv2d oneByOne(int in, int out, int stride) {
        return Conv2d.of(in, out, 1).withStride(stride).withoutBias();
    }
}
