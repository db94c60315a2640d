package io.convoy.engine.zoo;

import io.convoy.engine.block.SqueezeExcitation;
import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Hardsigmoid;
import io.convoy.engine.layer.Hardswish;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * MobileNetV3 (Howard et al., "Searching for MobileNetV3", ICCV 2019, tables 1 and 2): 5,483,032 parameters (large) and 2,542,856
 * (small) for 1,000 classes, called and drawn as torchvision's, whose BatchNorm2d has epsilon 0.001 and momentum 0.01.
 */
public final class MobileNetV3 {
    /** A row of a table: the depthwise window, the expanded and the output channels, squeeze-and-excitation, activation, stride. */
    private record Row(int kernel, int expanded, int out, boolean excited, boolean swish, int stride) {
        static Row relu(int kernel, int expanded, int out, int stride) {
            return new Row(kernel, expanded, out, false, false, stride);
        }

        static Row swish(int kernel, int expanded, int out, int stride) {
            return new Row(kernel, expanded, out, false, true, stride);
        }

        Row excitedToo() {
            return new Row(kernel, expanded, out, true, swish, stride);
        }
    }

    /** The two published networks. */
    public enum Size {
        SMALL,
        LARGE
    }

    /** Table 2. */
    private static final List<Row> SMALL = List.of(
            Row.relu(3, 16, 16, 2).excitedToo(),
            Row.relu(3, 72, 24, 2),
            Row.relu(3, 88, 24, 1),
            Row.swish(5, 96, 40, 2).excitedToo(),
            Row.swish(5, 240, 40, 1).excitedToo(),
            Row.swish(5, 240, 40, 1).excitedToo(),
            Row.swish(5, 120, 48, 1).excitedToo(),
            Row.swish(5, 144, 48, 1).excitedToo(),
            Row.swish(5, 288, 96, 2).excitedToo(),
            Row.swish(5, 576, 96, 1).excitedToo(),
            Row.swish(5, 576, 96, 1).excitedToo());

    /** Table 1. */
    private static final List<Row> LARGE = List.of(
            Row.relu(3, 16, 16, 1),
            Row.relu(3, 64, 24, 2),
            Row.relu(3, 72, 24, 1),
            Row.relu(5, 72, 40, 2).excitedToo(),
            Row.relu(5, 120, 40, 1).excitedToo(),
            Row.relu(5, 120, 40, 1).excitedToo(),
            Row.swish(3, 240, 80, 2),
            Row.swish(3, 200, 80, 1),
            Row.swish(3, 184, 80, 1),
            Row.swish(3, 184, 80, 1),
            Row.swish(3, 480, 112, 1).excitedToo(),
            Row.swish(3, 672, 112, 1).excitedToo(),
            Row.swish(5, 672, 160, 2).excitedToo(),
            Row.swish(5, 960, 160, 1).excitedToo(),
            Row.swish(5, 960, 160, 1).excitedToo());

    private final Network.Builder network = Network.builder();
    private final Mobile mobile = new Mobile(network, channels -> new BatchNorm2d(channels, 0.001, 0.01, true));

    private MobileNetV3() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("mobilenet_v3_small", Shape.of(3, 224, 224), (image, classes) -> of(image, classes, Size.SMALL, 1));
        zoo.add("mobilenet_v3_large", Shape.of(3, 224, 224), (image, classes) -> of(image, classes, Size.LARGE, 1));
    }

    /**
     * The network.
     *
     * @param image [C, H, W]
     * @param classes outputs
     * @param size which of the two
     * @param width multiplies the channels; 0.35 to 1.25 in the paper
     */
    public static Network of(Shape image, int classes, Size size, double width) {
        Expect.image("MobileNetV3", 1, image);
        Mobile.requireWidth("MobileNetV3", width);
        return new MobileNetV3().build(image, classes, size, width);
    }

    private Network build(Shape image, int classes, Size size, double width) {
        Port x = network.input("image", image);
        x = mobile.unit("features.0", Mobile.rounded(16 * width), 3, 2, 1, new Hardswish(), x);
        int next = 1;
        for (Row row : size == Size.SMALL ? SMALL : LARGE) {
            x = block("features." + next++, row, width, x);
        }
        int wide = 6 * mobile.channels(x);
        x = mobile.unit("features." + next, wide, 1, 1, 1, new Hardswish(), x);
        x = network.add("avgpool", AdaptiveAvgPool2d.of(1), x);
        x = network.add("flatten", new Flatten(), x);
        int last = Mobile.rounded((size == Size.SMALL ? 1024 : 1280) * width);
        x = network.add("classifier.0", Linear.of(wide, last), x);
        x = network.add("classifier.1", new Hardswish(), x);
        x = network.add("classifier.2", Dropout.of(0.2), x);
        network.output(network.add("classifier.3", Linear.of(last, classes), x));
        return mobile.build();
    }

    /** Figure 4. */
    private Port block(String name, Row row, double width, Port x) {
        int in = mobile.channels(x);
        int inner = Mobile.rounded(row.expanded() * width);
        int out = Mobile.rounded(row.out() * width);
        Layer activation = row.swish() ? new Hardswish() : new Relu();
        int part = 0;
        Port y = x;
        if (inner != in) {
            y = mobile.unit(name + ".block." + part++, inner, 1, 1, 1, activation, y);
        }
        y = mobile.unit(name + ".block." + part++, inner, row.kernel(), row.stride(), inner, activation, y);
        if (row.excited()) {
            int quarter = inner / 4;
            y = new SqueezeExcitation(inner, Mobile.rounded(quarter), new Relu(), new Hardsigmoid())
                    .addTo(network, name + ".block." + part++, y);
        }
        y = mobile.linear(name + ".block." + part, out, 1, 1, 1, y);
        return row.stride() == 1 && in == out ? network.add(name + ".add", new Add(), y, x) : y;
    }
}
