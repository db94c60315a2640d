package io.convoy.engine.zoo;

import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Scale;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.InceptionParts.Unit;

/**
 * Inception-ResNet-v2 (Szegedy, Ioffe, Vanhoucke and Alemi, "Inception-v4, Inception-ResNet and the impact of residual connections
 * on learning", AAAI 2017, figures 15 to 19) as its authors published it, with Inception-v3's stem, a first module on 35×35 and
 * 10, 20 and 10 residual ones: 55,843,464 parameters for 1,000 classes. Residuals are scaled by 0.17, 0.1 and 0.2 before they are
 * added. Parameters are called as in timm, the border of an average doesn't count, and dropout is 0.2 (the paper keeps 0.8).
 */
public final class InceptionResNetV2 {
    private final Network.Builder network = Network.builder();
    private final InceptionParts parts = new InceptionParts(network, 0);

    private InceptionResNetV2() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("inception_resnet_v2", Shape.of(3, 299, 299), InceptionResNetV2::of);
    }

    /**
     * The network.
     *
     * @param image [C, H, W], H and W at least 75
     * @param classes outputs
     */
    public static Network of(Shape image, int classes) {
        Expect.image("InceptionResNetV2", 75, image);
        return new InceptionResNetV2().build(image, classes);
    }

    private Network build(Shape image, int classes) {
        Port x = network.input("image", image);
        x = parts.unit("conv2d_1a", x, Unit.halving(32, 3));
        x = parts.unit("conv2d_2a", x, Unit.valid(32, 3));
        x = parts.unit("conv2d_2b", x, Unit.same(64, 3));
        x = parts.halve("maxpool_3a", x);
        x = parts.unit("conv2d_3b", x, Unit.valid(80, 1));
        x = parts.unit("conv2d_4a", x, Unit.valid(192, 3));
        x = parts.halve("maxpool_5a", x);
        x = first("mixed_5b", x);
        for (int i = 0; i < 10; i++) {
            x = a("repeat." + i, x);
        }
        x = reductionA("mixed_6a", x);
        for (int i = 0; i < 20; i++) {
            x = b("repeat_1." + i, x);
        }
        x = reductionB("mixed_7a", x);
        for (int i = 0; i < 9; i++) {
            x = network.add("repeat_2." + i + ".relu", new Relu(), c("repeat_2." + i, 0.2, x));
        }
        x = c("block8", 1, x);
        x = parts.unit("conv2d_7b", x, Unit.same(1536, 1));
        return network.output(parts.classify("classif", 0.2, classes, x)).build();
    }

    /** On 35×35, to 320 channels. */
    private Port first(String name, Port x) {
        return parts.concat(
                name,
                parts.unit(name + ".branch0", x, Unit.same(96, 1)),
                parts.chain(name + ".branch1.", x, Unit.same(48, 1), Unit.same(64, 5)),
                parts.chain(name + ".branch2.", x, Unit.same(64, 1), Unit.same(96, 3), Unit.same(96, 3)),
                parts.unit(name + ".branch3.1", parts.average(name + ".branch3.0", false, x), Unit.same(64, 1)));
    }

    /** Figure 16: on 35×35. */
    private Port a(String name, Port x) {
        Port sum = residual(
                name,
                0.17,
                x,
                parts.unit(name + ".branch0", x, Unit.same(32, 1)),
                parts.chain(name + ".branch1.", x, Unit.same(32, 1), Unit.same(32, 3)),
                parts.chain(name + ".branch2.", x, Unit.same(32, 1), Unit.same(48, 3), Unit.same(64, 3)));
        return network.add(name + ".relu", new Relu(), sum);
    }

    /** Figure 7 with k = 256, l = 256, m = 384, n = 384: to 17×17. */
    private Port reductionA(String name, Port x) {
        return parts.concat(
                name,
                parts.unit(name + ".branch0", x, Unit.halving(384, 3)),
                parts.chain(name + ".branch1.", x, Unit.same(256, 1), Unit.same(256, 3), Unit.halving(384, 3)),
                parts.halve(name + ".branch2", x));
    }

    /** Figure 17: on 17×17. */
    private Port b(String name, Port x) {
        Port sum = residual(
                name,
                0.1,
                x,
                parts.unit(name + ".branch0", x, Unit.same(192, 1)),
                parts.chain(name + ".branch1.", x, Unit.same(128, 1), Unit.same(160, 1, 7), Unit.same(192, 7, 1)));
        return network.add(name + ".relu", new Relu(), sum);
    }

    /** Figure 18: to 8×8. */
    private Port reductionB(String name, Port x) {
        return parts.concat(
                name,
                parts.chain(name + ".branch0.", x, Unit.same(256, 1), Unit.halving(384, 3)),
                parts.chain(name + ".branch1.", x, Unit.same(256, 1), Unit.halving(288, 3)),
                parts.chain(name + ".branch2.", x, Unit.same(256, 1), Unit.same(288, 3), Unit.halving(320, 3)),
                parts.halve(name + ".branch3", x));
    }

    /** Figure 19: on 8×8. The last one is neither scaled nor followed by a ReLU. */
    private Port c(String name, double scale, Port x) {
        return residual(
                name,
                scale,
                x,
                parts.unit(name + ".branch0", x, Unit.same(192, 1)),
                parts.chain(name + ".branch1.", x, Unit.same(192, 1), Unit.same(224, 1, 3), Unit.same(256, 3, 1)));
    }

    private Port residual(String name, double scale, Port x, Port... branches) {
        Port mixed = parts.concat(name, branches);
        Conv2d convolution =
                Conv2d.of(network.sample(mixed).size(0), network.sample(x).size(0), 1);
        Port y = network.add(name + ".conv2d", convolution, mixed);
        if (scale != 1) {
            y = network.add(name + ".scale", new Scale(scale), y);
        }
        return network.add(name + ".add", new Add(), y, x);
    }
}
