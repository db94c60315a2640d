package io.convoy.engine.zoo;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The densely connected networks (Huang, Liu, van der Maaten and Weinberger, "Densely connected convolutional networks", 2017,
 * table 1, DenseNet-BC): each layer reads what all layers of its block in front of it give, and adds k channels to it.
 *
 * <pre>
 *                               121   161   169   201
 * k                              32    48    32    32
 * stem: 7×7 / 2, pool 3 / 2      2k channels
 * layers of denseblock1           6     6     6     6
 *           denseblock2          12    12    12    12
 *           denseblock3          24    36    32    48
 *           denseblock4          16    24    32    32
 * layer: bn, relu, 1×1 to 4k; bn, relu, 3×3 to k
 * between blocks: bn, relu, 1×1 to half the channels, mean of 2×2
 * mean over positions, fully connected
 * </pre>
 *
 * Names and first weights are torchvision's: He et al.'s normal numbers by fan-in for convolutions, a classifier's bias of 0.
 */
public final class DenseNet {
    private record Table(int growth, List<Integer> layers) {}

    private static final Map<Integer, Table> TABLES = new TreeMap<>(Map.of(
            121, new Table(32, List.of(6, 12, 24, 16)),
            161, new Table(48, List.of(6, 12, 36, 24)),
            169, new Table(32, List.of(6, 12, 32, 32)),
            201, new Table(32, List.of(6, 12, 48, 32))));

    private DenseNet() {}

    static void enter(Zoo.Members zoo) {
        for (int depth : TABLES.keySet()) {
            zoo.add("densenet" + depth, Shape.of(3, 224, 224), (image, classes) -> of(image, classes, depth));
        }
    }

    /**
     * The network.
     *
     * @param image [C, H, W], H and W at least 29
     * @param classes outputs
     * @param depth 121, 161, 169 or 201
     */
    public static Network of(Shape image, int classes, int depth) {
        Table table = Expect.depth("DenseNet", TABLES, depth);
        Expect.image("DenseNet", 29, image);
        Network.Builder network = Network.builder();
        int channels = 2 * table.growth();
        Conv2d stem = Conv2d.of(image.size(0), channels, 7).withStride(2).withPadding(3);
        Port x = network.add("features.conv0", stem.withoutBias(), network.input("image", image));
        x = normalized(network, "features", "0", channels, x);
        x = network.add("features.pool0", MaxPool2d.of(3, 2, 1), x);
        for (int block = 1; block <= 4; block++) {
            for (int layer = 1; layer <= table.layers().get(block - 1); layer++) {
                String name = "features.denseblock" + block + ".denselayer" + layer;
                Port added = layer(network, name, channels, table.growth(), x);
                x = network.add(name + ".cat", Concat.of(2), x, added);
                channels += table.growth();
            }
            if (block < 4) {
                x = transition(network, "features.transition" + block, channels, x);
                channels /= 2;
            }
        }
        x = normalized(network, "features", "5", channels, x);
        x = network.add("avgpool", AdaptiveAvgPool2d.of(1), x);
        x = network.add("flatten", new Flatten(), x);
        network.output(network.add("classifier", Linear.of(channels, classes), x));
        FirstWeights.draw(network, Conv2d.class, "weight", FirstWeights::fanIn);
        FirstWeights.draw(network, Linear.class, "bias", layer -> FirstWeights.ZERO);
        return network.build();
    }

    private static Port layer(Network.Builder network, String name, int channels, int growth, Port x) {
        Port y = normalized(network, name, "1", channels, x);
        y = network.add(name + ".conv1", Conv2d.of(channels, 4 * growth, 1).withoutBias(), y);
        y = normalized(network, name, "2", 4 * growth, y);
        Conv2d conv2 = Conv2d.of(4 * growth, growth, 3).withPadding(1).withoutBias();
        return network.add(name + ".conv2", conv2, y);
    }

    private static Port transition(Network.Builder network, String name, int channels, Port x) {
        Port y = normalized(network, name, "", channels, x);
        y = network.add(name + ".conv", Conv2d.of(channels, channels / 2, 1).withoutBias(), y);
        return network.add(name + ".pool", AvgPool2d.of(2, 2), y);
    }

    private static Port normalized(Network.Builder network, String name, String suffix, int channels, Port x) {
        Port y = network.add(name + ".norm" + suffix, BatchNorm2d.of(channels), x);
        return network.add(name + ".relu" + suffix, new Relu(), y);
    }
}
