package io.convoy.engine.zoo;

import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.InceptionParts.Unit;

/**
 * Inception-v4 (Szegedy, Ioffe, Vanhoucke and Alemi, "Inception-v4, Inception-ResNet and the impact of residual connections on
 * learning", AAAI 2017, figures 3 to 9): 42,679,816 parameters for 1,000 classes. Parameters are called as in timm, the border of
 * an average doesn't count, and dropout is 0.2 (the paper keeps 0.8).
 */
public final class InceptionV4 {
    private final Network.Builder network = Network.builder();
    private final InceptionParts parts = new InceptionParts(network, 0);

    private InceptionV4() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("inception_v4", Shape.of(3, 299, 299), InceptionV4::of);
    }

    /**
     * The network.
     *
     * @param image [C, H, W], H and W at least 75
     * @param classes outputs
     */
    public static Network of(Shape image, int classes) {
        Expect.image("InceptionV4", 75, image);
        return new InceptionV4().build(image, classes);
    }

    private Network build(Shape image, int classes) {
        Port x = stem(network.input("image", image));
        int next = 6;
        for (int i = 0; i < 4; i++) {
            x = a("features." + next++, x);
        }
        x = reductionA("features." + next++, x);
        for (int i = 0; i < 7; i++) {
            x = b("features." + next++, x);
        }
        x = reductionB("features." + next++, x);
        for (int i = 0; i < 3; i++) {
            x = c("features." + next++, x);
        }
        return network.output(parts.classify("last_linear", 0.2, classes, x)).build();
    }

    /** Figure 3: to 35×35. */
    private Port stem(Port image) {
        Port x = parts.chain("features.", image, Unit.halving(32, 3), Unit.valid(32, 3), Unit.same(64, 3));
        x = parts.concat(
                "features.3",
                parts.halve("features.3.maxpool", x),
                parts.unit("features.3.conv", x, Unit.halving(96, 3)));
        x = parts.concat(
                "features.4",
                parts.chain("features.4.branch0.", x, Unit.same(64, 1), Unit.valid(96, 3)),
                parts.chain(
                        "features.4.branch1.",
                        x,
                        Unit.same(64, 1),
                        Unit.same(64, 1, 7),
                        Unit.same(64, 7, 1),
                        Unit.valid(96, 3)));
        return parts.concat(
                "features.5",
                parts.unit("features.5.conv", x, Unit.halving(192, 3)),
                parts.halve("features.5.maxpool", x));
    }

    /** Figure 4: on 35×35. */
    private Port a(String name, Port x) {
        return parts.concat(
                name,
                parts.unit(name + ".branch0", x, Unit.same(96, 1)),
                parts.chain(name + ".branch1.", x, Unit.same(64, 1), Unit.same(96, 3)),
                parts.chain(name + ".branch2.", x, Unit.same(64, 1), Unit.same(96, 3), Unit.same(96, 3)),
                pooled(name, 96, x));
    }

    /** Figure 7 with k = 192, l = 224, m = 256, n = 384: to 17×17. */
    private Port reductionA(String name, Port x) {
        return parts.concat(
                name,
                parts.unit(name + ".branch0", x, Unit.halving(384, 3)),
                parts.chain(name + ".branch1.", x, Unit.same(192, 1), Unit.same(224, 3), Unit.halving(256, 3)),
                parts.halve(name + ".branch2", x));
    }

    /** Figure 5: on 17×17. */
    private Port b(String name, Port x) {
        return parts.concat(
                name,
                parts.unit(name + ".branch0", x, Unit.same(384, 1)),
                parts.chain(name + ".branch1.", x, Unit.same(192, 1), Unit.same(224, 1, 7), Unit.same(256, 7, 1)),
                parts.chain(
                        name + ".branch2.",
                        x,
                        Unit.same(192, 1),
                        Unit.same(192, 7, 1),
                        Unit.same(224, 1, 7),
                        Unit.same(224, 7, 1),
                        Unit.same(256, 1, 7)),
                pooled(name, 128, x));
    }

    /** Figure 8: to 8×8. */
    private Port reductionB(String name, Port x) {
        return parts.concat(
                name,
                parts.chain(name + ".branch0.", x, Unit.same(192, 1), Unit.halving(192, 3)),
                parts.chain(
                        name + ".branch1.",
                        x,
                        Unit.same(256, 1),
                        Unit.same(256, 1, 7),
                        Unit.same(320, 7, 1),
                        Unit.halving(320, 3)),
                parts.halve(name + ".branch2", x));
    }

    /** Figure 6: on 8×8. */
    private Port c(String name, Port x) {
        Port left = parts.unit(name + ".branch1_0", x, Unit.same(384, 1));
        Port right = parts.chain(name + ".branch2_", x, Unit.same(384, 1), Unit.same(448, 3, 1), Unit.same(512, 1, 3));
        return parts.concat(
                name,
                parts.unit(name + ".branch0", x, Unit.same(256, 1)),
                parts.unit(name + ".branch1_1a", left, Unit.same(256, 1, 3)),
                parts.unit(name + ".branch1_1b", left, Unit.same(256, 3, 1)),
                parts.unit(name + ".branch2_3a", right, Unit.same(256, 1, 3)),
                parts.unit(name + ".branch2_3b", right, Unit.same(256, 3, 1)),
                pooled(name, 256, x));
    }

    private Port pooled(String name, int out, Port x) {
        return parts.unit(name + ".branch3.1", parts.average(name + ".branch3.0", false, x), Unit.same(out, 1));
    }
}
