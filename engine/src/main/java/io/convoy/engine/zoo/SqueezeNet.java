package io.convoy.engine.zoo;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Window;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;

/**
 * SqueezeNet (Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50× fewer parameters and &lt;0.5 MB model size", 2016, table
 * 1) and its version 1.1, which pools earlier: 1,248,424 and 1,235,496 parameters for 1,000 classes, called and drawn as
 * torchvision's. With {@link Stem#SMALL} the first convolution has stride 1 and a border.
 */
public final class SqueezeNet {
    /** The two published forms. */
    public enum Version {
        V1_0(7, 96, 3, 7),
        V1_1(3, 64, 2, 4);

        private final int kernel;
        private final int out;

        private final int second;
        private final int third;

        /**
         * The first pooling stands in front of all fire modules.
         *
         * @param second fire modules in front of the second pooling
         * @param third those in front of the third
         */
        Version(int kernel, int out, int second, int third) {
            this.kernel = kernel;
            this.out = out;
            this.second = second;
            this.third = third;
        }
    }

    /** Table 1, fire 2 to 9: channels of the squeeze layer; each of the two expand layers has four times as many. */
    private static final int[] SQUEEZE = {16, 16, 32, 32, 48, 48, 64, 64};

    private final Network.Builder network = Network.builder();

    private SqueezeNet() {}

    static void enter(Zoo.Members zoo) {
        Shape large = Shape.of(3, 224, 224);
        zoo.add("squeezenet1_0", large, (image, classes) -> of(image, classes, Version.V1_0, Stem.LARGE));
        zoo.add("squeezenet1_1", large, (image, classes) -> of(image, classes, Version.V1_1, Stem.LARGE));
        Shape small = Shape.of(3, 32, 32);
        zoo.add("squeezenet1_0_cifar", small, (image, classes) -> of(image, classes, Version.V1_0, Stem.SMALL));
        zoo.add("squeezenet1_1_cifar", small, (image, classes) -> of(image, classes, Version.V1_1, Stem.SMALL));
    }

    /**
     * The network.
     *
     * @param image [C, H, W], H and W at least 21 (1.0) or 17 (1.1), or 8 with a small stem
     * @param classes outputs
     */
    public static Network of(Shape image, int classes, Version version, Stem stem) {
        int smallest = stem == Stem.SMALL ? 8 : version == Version.V1_0 ? 21 : 17;
        Expect.image("SqueezeNet", smallest, image);
        return new SqueezeNet().build(image, classes, version, stem);
    }

    private Network build(Shape image, int classes, Version version, Stem stem) {
        Conv2d first = Conv2d.of(image.size(0), version.out, version.kernel);
        Port x = network.input("image", image);
        x = network.add(
                "features.0", stem == Stem.SMALL ? first.withPadding(version.kernel / 2) : first.withStride(2), x);
        x = network.add("features.1", new Relu(), x);
        int next = 2;
        for (int i = 0; i < SQUEEZE.length; i++) {
            if (i == 0 || i == version.second || i == version.third) {
                Window window = new Window(Pair.of(3), Pair.of(2), Pair.of(0), Pair.of(1), true);
                x = network.add("features." + next++, new MaxPool2d(window), x);
            }
            x = fire("features." + next++, SQUEEZE[i], x);
        }
        x = network.add("classifier.0", Dropout.of(0.5), x);
        x = network.add("classifier.1", Conv2d.of(8 * SQUEEZE[7], classes, 1), x);
        x = network.add("classifier.2", new Relu(), x);
        x = network.add("classifier.3", AdaptiveAvgPool2d.of(1), x);
        network.output(network.add("flatten", new Flatten(), x));
        // He et al. 2015, uniform by fan-in: ±√(6 / fan-in).
        FirstWeights.draw(
                network,
                Conv2d.class,
                "weight",
                layer -> new Initializer.Uniform(Math.sqrt(6.0
                        / layer.in()
                        / layer.kernel().height()
                        / layer.kernel().width())));
        FirstWeights.draw(network, Conv2d.class, "bias", layer -> FirstWeights.ZERO);
        return network.initialize("classifier.1.weight", new Initializer.Normal(0.01))
                .build();
    }

    /** Figure 2. */
    private Port fire(String name, int squeeze, Port x) {
        Port s = network.add(name + ".squeeze", Conv2d.of(network.sample(x).size(0), squeeze, 1), x);
        s = network.add(name + ".squeeze_activation", new Relu(), s);
        Port one = network.add(name + ".expand1x1", Conv2d.of(squeeze, 4 * squeeze, 1), s);
        one = network.add(name + ".expand1x1_activation", new Relu(), one);
        Port three = network.add(
                name + ".expand3x3", Conv2d.of(squeeze, 4 * squeeze, 3).withPadding(1), s);
        three = network.add(name + ".expand3x3_activation", new Relu(), three);
        return network.add(name + ".concat", Concat.of(2), one, three);
    }
}
