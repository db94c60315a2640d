package io.convoy.engine.zoo;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Split;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;

/**
 * ShuffleNetV2 (Ma, Zhang, Zheng and Sun, "ShuffleNet V2: practical guidelines for efficient CNN architecture design", ECCV 2018,
 * table 5), called as torchvision's. For 1,000 classes 1,366,792 parameters (×0.5), 2,278,604 (×1.0), 3,503,624 (×1.5), 7,393,996
 * (×2.0).
 *
 * <p>With {@link Stem#SMALL}, {@code shufflenet_v2_x1_0_cifar}, the first convolution has stride 1 and no pooling follows it: 8 of
 * the 32 strides are left.
 */
public final class ShuffleNetV2 {
    /** A column of table 5: the channels of stage 2, of which each later stage has twice as many, and of conv5. */
    public enum Width {
        X0_5(48, 1024),
        X1_0(116, 1024),
        X1_5(176, 1024),
        X2_0(244, 2048);

        private final int stage2;
        private final int last;

        Width(int stage2, int last) {
            this.stage2 = stage2;
            this.last = last;
        }
    }

    private static final int[] UNITS = {4, 8, 4};

    private final Network.Builder network = Network.builder();

    private ShuffleNetV2() {}

    static void enter(Zoo.Members zoo) {
        for (Width width : Width.values()) {
            String name = "shufflenet_v2_" + width.name().replace('X', 'x');
            zoo.add(name, Shape.of(3, 224, 224), (image, classes) -> of(image, classes, width, Stem.LARGE));
            zoo.add(name + "_cifar", Shape.of(3, 32, 32), (image, classes) -> of(image, classes, width, Stem.SMALL));
        }
    }

    /**
     * The network.
     *
     * @param image [C, H, W]
     * @param classes outputs
     * @param width its column of the paper's table
     * @param stem whether images are small
     */
    public static Network of(Shape image, int classes, Width width, Stem stem) {
        Expect.image("ShuffleNetV2", 1, image);
        return new ShuffleNetV2().build(image, classes, width, stem);
    }

    private Network build(Shape image, int classes, Width width, Stem stem) {
        Conv2d first = Conv2d.of(image.size(0), 24, 3).withPadding(1).withoutBias();
        Port x = network.input("image", image);
        x = activated(new Sequence(network, "conv1", x), stem == Stem.SMALL ? first : first.withStride(2))
                .end();
        if (stem == Stem.LARGE) {
            x = network.add("maxpool", MaxPool2d.of(3, 2, 1), x);
        }
        for (int stage = 0; stage < UNITS.length; stage++) {
            for (int i = 0; i < UNITS[stage]; i++) {
                x = unit("stage" + (stage + 2) + "." + i, width.stage2 << stage, i == 0, x);
            }
        }
        x = activated(new Sequence(network, "conv5", x), pointwise(width.stage2 << 2, width.last))
                .end();
        x = network.add("avgpool", AdaptiveAvgPool2d.of(1), x);
        x = network.add("flatten", new Flatten(), x);
        return network.output(network.add("fc", Linear.of(width.last, classes), x))
                .build();
    }

    /** Figure 3 c and d: half of the channels go around, or both branches halve height and width. */
    private Port unit(String name, int out, boolean halving, Port x) {
        int in = network.sample(x).size(0);
        int half = out / 2;
        Port left;
        Port right;
        if (halving) {
            Sequence pooled = new Sequence(network, name + ".branch1", x);
            left = activated(filtered(pooled, in, 2), pointwise(in, half)).end();
            right = x;
        } else {
            Port split = network.add(name + ".split", Split.of(half, half), x);
            left = split;
            right = new Port(split.node(), 1);
        }
        Sequence branch = new Sequence(network, name + ".branch2", right);
        activated(branch, pointwise(halving ? in : half, half));
        activated(filtered(branch, half, halving ? 2 : 1), pointwise(half, half));
        Port both = network.add(name + ".concat", Concat.of(2), left, branch.end());
        return network.add(name + ".shuffle", new ChannelShuffle(2), both);
    }

    private static Conv2d pointwise(int in, int out) {
        return Conv2d.of(in, out, 1).withoutBias();
    }

    private static Sequence filtered(Sequence sequence, int channels, int stride) {
        Conv2d depthwise = Conv2d.of(channels, channels, 3).withPadding(1).withStride(stride);
        return sequence.add(depthwise.withGroups(channels).withoutBias()).add(BatchNorm2d.of(channels));
    }

    private static Sequence activated(Sequence sequence, Conv2d convolution) {
        return sequence.add(convolution).add(BatchNorm2d.of(convolution.out())).add(new Relu());
    }
}
