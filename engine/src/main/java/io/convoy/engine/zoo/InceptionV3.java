package io.convoy.engine.zoo;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.InceptionParts.Unit;

/**
 * Inception-v3 (Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016, table 1) as torchvision
 * has it: windows of 7 and 3 in two one-dimensional steps. {@code inception_v3} has 23,834,568 parameters for 1,000 classes.
 *
 * <p>{@code inception_v3_aux} has one more output, a classifier behind the last module on 17×17, and 27,161,264 parameters. Output
 * 0 is the scores; 1 is the auxiliary ones, whose loss torchvision's recipe weighs with 0.4 and GoogLeNet's paper with 0.3. Weights
 * are drawn from a normal distribution with standard deviation 0.1, but 0.01 and 0.001 in the auxiliary classifier; torchvision's
 * are truncated, at 20 and more standard deviations.
 */
public final class InceptionV3 {
    private final Network.Builder network = Network.builder();
    private final InceptionParts parts = new InceptionParts(network, 1);

    private InceptionV3() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("inception_v3", Shape.of(3, 299, 299), (image, classes) -> of(image, classes, false));
        zoo.add("inception_v3_aux", Shape.of(3, 299, 299), (image, classes) -> of(image, classes, true));
    }

    /**
     * The network.
     *
     * @param image [C, H, W], H and W at least 75; with the auxiliary classifier at least 299
     * @param classes outputs
     * @param auxiliary whether there is an auxiliary classifier
     */
    public static Network of(Shape image, int classes, boolean auxiliary) {
        Expect.image(
                auxiliary ? "InceptionV3 with an auxiliary classifier" : "InceptionV3", auxiliary ? 299 : 75, image);
        return new InceptionV3().build(image, classes, auxiliary);
    }

    private Network build(Shape image, int classes, boolean auxiliary) {
        Port x = network.input("image", image);
        x = parts.unit("Conv2d_1a_3x3", x, Unit.halving(32, 3));
        x = parts.unit("Conv2d_2a_3x3", x, Unit.valid(32, 3));
        x = parts.unit("Conv2d_2b_3x3", x, Unit.same(64, 3));
        x = parts.halve("maxpool1", x);
        x = parts.unit("Conv2d_3b_1x1", x, Unit.valid(80, 1));
        x = parts.unit("Conv2d_4a_3x3", x, Unit.valid(192, 3));
        x = parts.halve("maxpool2", x);
        x = a("Mixed_5b", 32, x);
        x = a("Mixed_5c", 64, x);
        x = a("Mixed_5d", 64, x);
        x = b("Mixed_6a", x);
        x = c("Mixed_6b", 128, x);
        x = c("Mixed_6c", 160, x);
        x = c("Mixed_6d", 160, x);
        x = c("Mixed_6e", 192, x);
        Port half = auxiliary ? auxiliary("AuxLogits", classes, x) : x;
        x = d("Mixed_7a", x);
        x = e("Mixed_7b", x);
        x = e("Mixed_7c", x);
        network.output(parts.classify("fc", 0.5, classes, x));
        if (auxiliary) {
            network.output(half);
        }
        FirstWeights.draw(network, Conv2d.class, "weight", layer -> new Initializer.Normal(0.1));
        FirstWeights.draw(network, Linear.class, "weight", layer -> new Initializer.Normal(0.1));
        if (auxiliary) {
            network.initialize("AuxLogits.conv1.conv.weight", new Initializer.Normal(0.01));
            network.initialize("AuxLogits.fc.weight", new Initializer.Normal(0.001));
        }
        return network.build();
    }

    /** Figure 5: on 35×35. */
    private Port a(String name, int pooled, Port x) {
        return parts.concat(
                name,
                parts.unit(name + ".branch1x1", x, Unit.same(64, 1)),
                parts.chain(name + ".branch5x5_", x, Unit.same(48, 1), Unit.same(64, 5)),
                parts.chain(name + ".branch3x3dbl_", x, Unit.same(64, 1), Unit.same(96, 3), Unit.same(96, 3)),
                pooled(name, pooled, x));
    }

    /** Figure 10: to 17×17. */
    private Port b(String name, Port x) {
        return parts.concat(
                name,
                parts.unit(name + ".branch3x3", x, Unit.halving(384, 3)),
                parts.chain(name + ".branch3x3dbl_", x, Unit.same(64, 1), Unit.same(96, 3), Unit.halving(96, 3)),
                parts.halve(name + ".pool", x));
    }

    /** Figure 6, n = 7: on 17×17. */
    private Port c(String name, int inner, Port x) {
        return parts.concat(
                name,
                parts.unit(name + ".branch1x1", x, Unit.same(192, 1)),
                parts.chain(name + ".branch7x7_", x, Unit.same(inner, 1), Unit.same(inner, 1, 7), Unit.same(192, 7, 1)),
                parts.chain(
                        name + ".branch7x7dbl_",
                        x,
                        Unit.same(inner, 1),
                        Unit.same(inner, 7, 1),
                        Unit.same(inner, 1, 7),
                        Unit.same(inner, 7, 1),
                        Unit.same(192, 1, 7)),
                pooled(name, 192, x));
    }

    /** To 8×8. */
    private Port d(String name, Port x) {
        return parts.concat(
                name,
                parts.chain(name + ".branch3x3_", x, Unit.same(192, 1), Unit.halving(320, 3)),
                parts.chain(
                        name + ".branch7x7x3_",
                        x,
                        Unit.same(192, 1),
                        Unit.same(192, 1, 7),
                        Unit.same(192, 7, 1),
                        Unit.halving(192, 3)),
                parts.halve(name + ".pool", x));
    }

    /** Figure 7: on 8×8. */
    private Port e(String name, Port x) {
        Port three = parts.unit(name + ".branch3x3_1", x, Unit.same(384, 1));
        Port doubled = parts.chain(name + ".branch3x3dbl_", x, Unit.same(448, 1), Unit.same(384, 3));
        return parts.concat(
                name,
                parts.unit(name + ".branch1x1", x, Unit.same(320, 1)),
                parts.unit(name + ".branch3x3_2a", three, Unit.same(384, 1, 3)),
                parts.unit(name + ".branch3x3_2b", three, Unit.same(384, 3, 1)),
                parts.unit(name + ".branch3x3dbl_3a", doubled, Unit.same(384, 1, 3)),
                parts.unit(name + ".branch3x3dbl_3b", doubled, Unit.same(384, 3, 1)),
                pooled(name, 192, x));
    }

    private Port pooled(String name, int out, Port x) {
        return parts.unit(name + ".branch_pool", parts.average(name + ".pool", true, x), Unit.same(out, 1));
    }

    private Port auxiliary(String name, int classes, Port x) {
        Port y = network.add(name + ".pool", AvgPool2d.of(5, 3), x);
        y = parts.unit(name + ".conv0", y, Unit.same(128, 1));
        y = parts.unit(name + ".conv1", y, Unit.valid(768, 5));
        y = network.add(name + ".avgpool", AdaptiveAvgPool2d.of(1), y);
        y = network.add(name + ".flatten", new Flatten(), y);
        return parts.linear(name + ".fc", classes, y);
    }
}
