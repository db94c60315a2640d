package io.convoy.engine.zoo;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
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
 * The residual networks (He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2016, table 1), with
 * torchvision's names and first weights, He et al.'s normal numbers by fan-out for the convolutions.
 *
 * <pre>
 * stem: 7×7 / 2, pool 3 / 2; for small images 3×3 alone
 * stage     channels   blocks of ResNet-18   34   50   101   152
 * layer1       64                        2    3    3     3     3
 * layer2      128                        2    4    4     4     8
 * layer3      256                        2    6    6    23    36
 * layer4      512                        2    3    3     3     3
 * mean over positions, fully connected
 * </pre>
 *
 * Up to 34 a block is two 3×3 convolutions; from 50 on a bottleneck of 1×1, 3×3 and 1×1, the last with four times the channels,
 * whose 3×3 takes the stride ("version 1.5": 4.1 instead of 3.9 billion multiplications, and half a percent more accurate).
 */
public final class ResNet {
    static final Shape PAPER = Shape.of(3, 224, 224);
    static final List<Integer> WIDTHS = List.of(64, 128, 256, 512);

    private static final Map<Integer, List<Integer>> BLOCKS = new TreeMap<>(Map.of(
            18, List.of(2, 2, 2, 2),
            34, List.of(3, 4, 6, 3),
            50, List.of(3, 4, 6, 3),
            101, List.of(3, 4, 23, 3),
            152, List.of(3, 8, 36, 3)));

    private ResNet() {}

    static void enter(Zoo.Members zoo) {
        for (int depth : BLOCKS.keySet()) {
            zoo.add("resnet" + depth, PAPER, (image, classes) -> of(image, classes, depth, Stem.LARGE));
        }
        for (int depth : BLOCKS.keySet()) {
            zoo.add(
                    "resnet" + depth + "_cifar",
                    Shape.of(3, 32, 32),
                    (image, classes) -> of(image, classes, depth, Stem.SMALL));
        }
    }

    /**
     * The network.
     *
     * @param image [C, H, W] of any size
     * @param classes outputs
     * @param depth 18, 34, 50, 101 or 152
     * @param stem how it begins
     */
    public static Network of(Shape image, int classes, int depth, Stem stem) {
        List<Integer> blocks = Expect.depth("ResNet", BLOCKS, depth);
        return depth < 50
                ? build("ResNet", image, classes, stem, WIDTHS, 1, blocks, Residual.basic(Residual.NOTHING))
                : build(
                        "ResNet",
                        image,
                        classes,
                        stem,
                        WIDTHS,
                        4,
                        blocks,
                        Residual.bottleneck(false, Residual.CONVOLUTION, Residual.NOTHING));
    }

    /** ResNet-50, or a relative of it, from 64 channels and {@code expansion} times each stage's width. */
    static Network fifty(
            String family, Shape image, int classes, List<Integer> widths, int expansion, Residual.Part branch) {
        return build(family, image, classes, Stem.LARGE, widths, expansion, Expect.depth(family, BLOCKS, 50), branch);
    }

    private static Network build(
            String family,
            Shape image,
            int classes,
            Stem stem,
            List<Integer> widths,
            int expansion,
            List<Integer> blocks,
            Residual.Part branch) {
        Expect.image(family, 1, image);
        Network.Builder network = Network.builder();
        Port x = network.input("image", image);
        int in = image.size(0);
        x = network.add(
                "conv1",
                stem == Stem.SMALL
                        ? Residual.threeByThree(in, 64, 1)
                        : Conv2d.of(in, 64, 7).withStride(2).withPadding(3).withoutBias(),
                x);
        x = network.add("bn1", BatchNorm2d.of(64), x);
        x = network.add("relu", new Relu(), x);
        if (stem == Stem.LARGE) {
            x = network.add("maxpool", MaxPool2d.of(3, 2, 1), x);
        }
        x = Residual.stages(network, 64, widths, expansion, blocks, branch, x);
        x = network.add("avgpool", AdaptiveAvgPool2d.of(1), x);
        x = network.add("flatten", new Flatten(), x);
        x = network.add("fc", Linear.of(expansion * widths.get(3), classes), x);
        network.output(x);
        FirstWeights.draw(network, Conv2d.class, "weight", FirstWeights::fanOut);
        return network.build();
    }
}
