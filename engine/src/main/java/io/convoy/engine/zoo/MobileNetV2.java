package io.convoy.engine.zoo;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu6;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * MobileNetV2 (Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", CVPR 2018, table 2): 3,504,872
 * parameters for 1,000 classes, called and drawn as torchvision's.
 *
 * <p>With {@link Stem#SMALL}, {@code mobilenet_v2_cifar}, the first convolution and the first block of 24 channels have stride 1:
 * 8 of the 32 strides are left, so that 32×32 become 4×4 and 64×64 become 8×8.
 */
public final class MobileNetV2 {
    /** A row of table 2: expansion t, channels c, repeated n times, stride s of the first. */
    private record Row(int t, int c, int n, int s) {}

    private static final List<Row> TABLE = List.of(
            new Row(1, 16, 1, 1),
            new Row(6, 24, 2, 2),
            new Row(6, 32, 3, 2),
            new Row(6, 64, 4, 2),
            new Row(6, 96, 3, 1),
            new Row(6, 160, 3, 2),
            new Row(6, 320, 1, 1));

    private final Network.Builder network = Network.builder();
    private final Mobile mobile = new Mobile(network, BatchNorm2d::of);

    private MobileNetV2() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("mobilenet_v2", Shape.of(3, 224, 224), (image, classes) -> of(image, classes, 1, Stem.LARGE));
        zoo.add("mobilenet_v2_cifar", Shape.of(3, 32, 32), (image, classes) -> of(image, classes, 1, Stem.SMALL));
    }

    /**
     * The network.
     *
     * @param image [C, H, W]
     * @param classes outputs
     * @param width multiplies the channels, the last convolution's only above 1; 0.35 to 1.4 in the paper
     * @param stem whether images are small
     */
    public static Network of(Shape image, int classes, double width, Stem stem) {
        Expect.image("MobileNetV2", 1, image);
        Mobile.requireWidth("MobileNetV2", width);
        return new MobileNetV2().build(image, classes, width, stem);
    }

    private Network build(Shape image, int classes, double width, Stem stem) {
        int kept = stem == Stem.SMALL ? 1 : 2;
        Port x = network.input("image", image);
        x = mobile.unit("features.0", Mobile.rounded(32 * width), 3, kept, 1, new Relu6(), x);
        int next = 1;
        for (Row row : TABLE) {
            for (int i = 0; i < row.n(); i++) {
                int stride = i > 0 ? 1 : row.c() == 24 ? kept : row.s();
                x = block("features." + next++, row.t(), Mobile.rounded(row.c() * width), stride, x);
            }
        }
        int last = Mobile.rounded(1280 * Math.max(1, width));
        x = mobile.unit("features." + next, last, 1, 1, 1, new Relu6(), x);
        x = network.add("avgpool", AdaptiveAvgPool2d.of(1), x);
        x = network.add("flatten", new Flatten(), x);
        x = network.add("classifier.0", Dropout.of(0.2), x);
        network.output(network.add("classifier.1", Linear.of(last, classes), x));
        return mobile.build();
    }

    /** Table 1: expanded by 1×1, filtered a channel, projected without an activation. */
    private Port block(String name, int expansion, int out, int stride, Port x) {
        int in = mobile.channels(x);
        int inner = in * expansion;
        int part = 0;
        Port y = x;
        if (expansion != 1) {
            y = mobile.unit(name + ".conv." + part++, inner, 1, 1, 1, new Relu6(), y);
        }
        y = mobile.unit(name + ".conv." + part++, inner, 3, stride, inner, new Relu6(), y);
        y = mobile.normalized(name + ".conv." + part++, name + ".conv." + part, out, 1, 1, 1, y);
        return stride == 1 && in == out ? network.add(name + ".add", new Add(), x, y) : y;
    }
}
