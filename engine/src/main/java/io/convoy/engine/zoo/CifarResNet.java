package io.convoy.engine.zoo;

import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;

/**
 * The residual networks for small images (He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2016, §4.2):
 * one 3×3 convolution, three stages of n basic blocks with 16, 32 and 64 channels, global average pooling, one fully connected
 * layer; depth = 6n + 2. Where a stage begins with a stride, the shortcut is a projection (the paper's option B). Parameter names
 * follow torchvision's ResNets.
 */
public final class CifarResNet {
    private static final int[] CHANNELS = {16, 32, 64};

    private final Network.Builder network = Network.builder();

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
        return new CifarResNet().build(image, classes, (depth - 2) / 6);
    }

    private Network build(Shape image, int classes, int blocks) {
        Port x = network.input("image", image);
        x = network.add("conv1", convolution(image.size(0), 16, 1), x);
        x = network.add("bn1", BatchNorm2d.of(16), x);
        x = network.add("relu", new Relu(), x);
        int in = 16;
        for (int stage = 0; stage < CHANNELS.length; stage++) {
            for (int block = 0; block < blocks; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                x = block("layer" + (stage + 1) + "." + block, in, CHANNELS[stage], stride, x);
                in = CHANNELS[stage];
            }
        }
        x = network.add("avgpool", AvgPool2d.of(image.size(1) / 4, image.size(1) / 4), x);
        x = network.add("flatten", new Flatten(), x);
        x = network.add("fc", Linear.of(in, classes), x);
        return network.output(x).build();
    }

    private Port block(String name, int in, int out, int stride, Port x) {
        Port y = network.add(name + ".conv1", convolution(in, out, stride), x);
        y = network.add(name + ".bn1", BatchNorm2d.of(out), y);
        y = network.add(name + ".relu1", new Relu(), y);
        y = network.add(name + ".conv2", convolution(out, out, 1), y);
        y = network.add(name + ".bn2", BatchNorm2d.of(out), y);
        Port shortcut = x;
        if (stride != 1 || in != out) {
            shortcut = network.add(
                    name + ".downsample.0",
                    Conv2d.of(in, out, 1).withStride(stride).withoutBias(),
                    x);
            shortcut = network.add(name + ".downsample.1", BatchNorm2d.of(out), shortcut);
        }
        y = network.add(name + ".add", new Add(), y, shortcut);
        return network.add(name + ".relu2", new Relu(), y);
    }

    private static Conv2d convolution(int in, int out, int stride) {
        return Conv2d.of(in, out, 3).withPadding(1).withStride(stride).withoutBias();
    }
}
