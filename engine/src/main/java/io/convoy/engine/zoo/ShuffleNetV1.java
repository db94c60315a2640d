package io.convoy.engine.zoo;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Window;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.Map;
import java.util.TreeMap;

/**
 * ShuffleNet (Zhang, Zhou, Lin and Sun, "ShuffleNet: an extremely efficient convolutional neural network for mobile devices", CVPR
 * 2018, table 1): 1×1 convolutions in groups, whose channels are then shuffled. For 1,000 classes 1,531,936 parameters with 1
 * group, 1,733,848 with 2, 1,865,728 with 3, 1,968,344 with 4, 2,434,768 with 8.
 *
 * <pre>
 * conv1      3×3 / 2, 24       pool 3×3 / 2
 * stage2      4 units           the first of a stage with stride 2 and concatenated to the pooled input
 * stage3      8 units
 * stage4      4 units           mean over positions, fc
 * </pre>
 *
 * A unit is {@code conv1} (1×1, in groups but for the network's first unit), {@code bn1}, {@code conv2} (3×3 a channel), {@code
 * bn2}, {@code conv3} (1×1, in groups), {@code bn3}.
 */
public final class ShuffleNetV1 {
    /** The channels of stage 2, by groups; each later stage has twice as many. */
    private static final Map<Integer, Integer> CHANNELS = new TreeMap<>(Map.of(1, 144, 2, 200, 3, 240, 4, 272, 8, 384));

    private static final int[] UNITS = {4, 8, 4};

    private final Network.Builder network = Network.builder();

    private ShuffleNetV1() {}

    static void enter(Zoo.Members zoo) {
        for (int groups : CHANNELS.keySet()) {
            zoo.add("shufflenet_v1_g" + groups, Shape.of(3, 224, 224), (image, classes) -> of(image, classes, groups));
        }
    }

    /**
     * The network.
     *
     * @param image [C, H, W]
     * @param classes outputs
     * @param groups 1, 2, 3, 4 or 8
     */
    public static Network of(Shape image, int classes, int groups) {
        Integer channels = CHANNELS.get(groups);
        if (channels == null) {
            throw new IllegalArgumentException(
                    "ShuffleNetV1 expects 1, 2, 3, 4 or 8 groups, but groups is " + groups + ".");
        }
        Expect.image("ShuffleNetV1", 1, image);
        return new ShuffleNetV1().build(image, classes, groups, channels);
    }

    private Network build(Shape image, int classes, int groups, int channels) {
        Port x = network.input("image", image);
        Conv2d first = Conv2d.of(image.size(0), 24, 3).withStride(2).withPadding(1);
        x = normalized("conv1", "bn1", first, x);
        x = network.add("relu", new Relu(), x);
        x = network.add("maxpool", MaxPool2d.of(3, 2, 1), x);
        for (int stage = 0; stage < UNITS.length; stage++) {
            for (int i = 0; i < UNITS[stage]; i++) {
                x = unit("stage" + (stage + 2) + "." + i, channels << stage, groups, i == 0, x);
            }
        }
        x = network.add("avgpool", AdaptiveAvgPool2d.of(1), x);
        x = network.add("flatten", new Flatten(), x);
        return network.output(network.add("fc", Linear.of(channels << 2, classes), x))
                .build();
    }

    /** Figure 2 b and c. */
    private Port unit(String name, int out, int groups, boolean halving, Port x) {
        int in = network.sample(x).size(0);
        int inner = out / 4;
        Port y = normalized(
                name + ".conv1", name + ".bn1", Conv2d.of(in, inner, 1).withGroups(in == 24 ? 1 : groups), x);
        y = network.add(name + ".relu1", new Relu(), y);
        y = network.add(name + ".shuffle", new ChannelShuffle(groups), y);
        Conv2d depthwise = Conv2d.of(inner, inner, 3).withPadding(1).withGroups(inner);
        y = normalized(name + ".conv2", name + ".bn2", halving ? depthwise.withStride(2) : depthwise, y);
        Conv2d wide = Conv2d.of(inner, halving ? out - in : out, 1).withGroups(groups);
        y = normalized(name + ".conv3", name + ".bn3", wide, y);
        if (halving) {
            Window window = new Window(Pair.of(3), Pair.of(2), Pair.of(1), Pair.of(1), false);
            y = network.add(
                    name + ".concat", Concat.of(2), y, network.add(name + ".avgpool", new AvgPool2d(window, true), x));
        } else {
            y = network.add(name + ".add", new Add(), y, x);
        }
        return network.add(name + ".relu2", new Relu(), y);
    }

    private Port normalized(String convolution, String norm, Conv2d layer, Port x) {
        return network.add(norm, BatchNorm2d.of(layer.out()), network.add(convolution, layer.withoutBias(), x));
    }
}
