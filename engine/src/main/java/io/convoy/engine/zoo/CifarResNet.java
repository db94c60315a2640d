package io.convoy.engine.zoo;

import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.Collections;
import java.util.List;

/**
 * The residual networks for small images (He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2016, §4.2):
 * one 3×3 convolution, three stages of n basic blocks with 16, 32 and 64 channels, global average pooling, one fully connected
 * layer; depth = 6n + 2. Where a stage begins with a stride, the shortcut is a projection (the paper's option B). Parameter names
 * and first weights follow torchvision's ResNets.
 */
public final class CifarResNet {
    private static final List<Integer> WIDTHS = List.of(16, 32, 64);

    private CifarResNet() {}

    static void enter(Zoo.Members zoo) {
        for (int depth : new int[] {8, 14, 20, 32, 56}) {
            zoo.add("resnet" + depth, Shape.of(3, 32, 32), (image, classes) -> of(image, classes, depth));
        }
    }

    /**
     * The network.
     *
     * @param image [C, H, W], square, H a multiple of 4
     * @param classes outputs
     * @param depth 6n + 2 for n of at least 1: 8, 14, 20, 32, 56 …
     */
    public static Network of(Shape image, int classes, int depth) {
        if (depth < 8 || (depth - 2) % 6 != 0) {
            throw new IllegalArgumentException(
                    "CifarResNet expects a depth of 6n + 2, e.g. 8, 20, 32 or 56, but depth is " + depth + ".");
        }
        if (image.rank() != 3 || image.size(1) != image.size(2) || image.size(1) % 4 != 0) {
            throw new IllegalArgumentException(
                    "CifarResNet expects square images of [C, H, W] whose H is a multiple of 4, but they are " + image
                            + ".");
        }
        return build(image, classes, (depth - 2) / 6);
    }

    private static Network build(Shape image, int classes, int blocks) {
        Network.Builder network = Network.builder();
        Port x = network.input("image", image);
        x = network.add("conv1", Residual.threeByThree(image.size(0), 16, 1), x);
        x = network.add("bn1", BatchNorm2d.of(16), x);
        x = network.add("relu", new Relu(), x);
        Residual.Part branch = Residual.basic(Residual.NOTHING);
        x = Residual.stages(network, 16, WIDTHS, 1, Collections.nCopies(3, blocks), branch, x);
        x = network.add("avgpool", AvgPool2d.of(image.size(1) / 4, image.size(1) / 4), x);
        x = network.add("flatten", new Flatten(), x);
        x = network.add("fc", Linear.of(64, classes), x);
        network.output(x);
        FirstWeights.draw(network, Conv2d.class, "weight", FirstWeights::fanOut);
        return network.build();
    }
}
