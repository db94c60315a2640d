package io.convoy.engine.zoo;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * MobileNet (Howard et al., "MobileNets: efficient convolutional neural networks for mobile vision applications", 2017, table 1):
 * 4,231,976 parameters for 1,000 classes. A block is a depthwise 3×3 and a 1×1 convolution, both with BatchNorm2d and ReLU. The
 * table's last depthwise stride of 2 is taken as 1, as by everybody, since the next row still has 7×7. Parameters are drawn as
 * those of torchvision's MobileNetV2 and called in its style: {@code features.0.0}, {@code features.1.0.0} (depthwise), {@code
 * features.1.1.0} (1×1), {@code classifier}.
 */
public final class MobileNetV1 {
    private record Row(int out, int stride) {}

    private static final List<Row> TABLE = List.of(
            new Row(64, 1),
            new Row(128, 2),
            new Row(128, 1),
            new Row(256, 2),
            new Row(256, 1),
            new Row(512, 2),
            new Row(512, 1),
            new Row(512, 1),
            new Row(512, 1),
            new Row(512, 1),
            new Row(512, 1),
            new Row(1024, 2),
            new Row(1024, 1));

    private MobileNetV1() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("mobilenet_v1", Shape.of(3, 224, 224), (image, classes) -> of(image, classes, 1));
    }

    /**
     * The network.
     *
     * @param image [C, H, W]
     * @param classes outputs
     * @param width the paper's α, which multiplies the channels; 1, 0.75, 0.5 and 0.25 there
     */
    public static Network of(Shape image, int classes, double width) {
        Expect.image("MobileNetV1", 1, image);
        Mobile.requireWidth("MobileNetV1", width);
        Network.Builder network = Network.builder();
        Mobile mobile = new Mobile(network, BatchNorm2d::of);
        Port x = network.input("image", image);
        x = mobile.unit("features.0", Mobile.rounded(32 * width), 3, 2, 1, new Relu(), x);
        int next = 1;
        for (Row row : TABLE) {
            int in = mobile.channels(x);
            x = mobile.unit("features." + next + ".0", in, 3, row.stride(), in, new Relu(), x);
            x = mobile.unit("features." + next++ + ".1", Mobile.rounded(row.out() * width), 1, 1, 1, new Relu(), x);
        }
        x = network.add("avgpool", AdaptiveAvgPool2d.of(1), x);
        x = network.add("flatten", new Flatten(), x);
        network.output(network.add("classifier", Linear.of(network.sample(x).size(0), classes), x));
        return mobile.build();
    }
}
