package io.convoy.engine.zoo;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Window;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.InceptionParts.Unit;
import java.util.ArrayList;
import java.util.List;

/**
 * GoogLeNet (Szegedy et al., "Going deeper with convolutions", CVPR 2015) as torchvision has it: BatchNorm instead of response
 * normalisation, and 3×3 in place of 5×5. {@code googlenet} has 6,624,904 parameters for 1,000 classes.
 *
 * <p>{@code googlenet_aux} has two more outputs, classifiers behind inception 4a and 4d, which help training: the paper weighs
 * their losses with 0.3. Output 0 is the scores; 1 and 2 are the auxiliary ones. Weights are drawn from a normal distribution
 * with standard deviation 0.01; torchvision's is truncated, at 200 standard deviations.
 */
public final class GoogLeNet {
    /** The paper's table 1: channels of 1×1, 3×3 behind its reduction, 5×5 behind its reduction, 1×1 behind the pooling. */
    private record Module(String name, int one, int threeReduce, int three, int fiveReduce, int five, int projection) {}

    private static final List<Module> TABLE = List.of(
            new Module("3a", 64, 96, 128, 16, 32, 32),
            new Module("3b", 128, 128, 192, 32, 96, 64),
            new Module("4a", 192, 96, 208, 16, 48, 64),
            new Module("4b", 160, 112, 224, 24, 64, 64),
            new Module("4c", 128, 128, 256, 24, 64, 64),
            new Module("4d", 112, 144, 288, 32, 64, 64),
            new Module("4e", 256, 160, 320, 32, 128, 128),
            new Module("5a", 256, 160, 320, 32, 128, 128),
            new Module("5b", 384, 192, 384, 48, 128, 128));

    private final Network.Builder network = Network.builder();
    private final InceptionParts parts = new InceptionParts(network, 0);

    private GoogLeNet() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("googlenet", Shape.of(3, 224, 224), (image, classes) -> of(image, classes, false));
        zoo.add("googlenet_aux", Shape.of(3, 224, 224), (image, classes) -> of(image, classes, true));
    }

    /**
     * The network.
     *
     * @param image [C, H, W], H and W at least 15
     * @param classes outputs
     * @param auxiliary whether there are two auxiliary classifiers
     */
    public static Network of(Shape image, int classes, boolean auxiliary) {
        Expect.image("GoogLeNet", 15, image);
        return new GoogLeNet().build(image, classes, auxiliary);
    }

    private Network build(Shape image, int classes, boolean auxiliary) {
        Port x = network.input("image", image);
        x = parts.unit("conv1", x, Unit.same(64, 7).withStride(2));
        x = pool("maxpool1", 3, x);
        x = parts.unit("conv2", x, Unit.same(64, 1));
        x = parts.unit("conv3", x, Unit.same(192, 3));
        x = pool("maxpool2", 3, x);
        List<Port> half = new ArrayList<>();
        for (Module module : TABLE) {
            if (module.name().equals("4a")) {
                x = pool("maxpool3", 3, x);
            } else if (module.name().equals("5a")) {
                x = pool("maxpool4", 2, x);
            }
            x = inception("inception" + module.name(), module, x);
            if (module.name().equals("4a") || module.name().equals("4d")) {
                half.add(x);
            }
        }
        List<Port> scores = new ArrayList<>();
        for (int i = 0; auxiliary && i < half.size(); i++) {
            scores.add(auxiliary("aux" + (i + 1), classes, half.get(i)));
        }
        network.output(parts.classify("fc", 0.2, classes, x));
        scores.forEach(network::output);
        FirstWeights.draw(network, Conv2d.class, "weight", layer -> new Initializer.Normal(0.01));
        FirstWeights.draw(network, Linear.class, "weight", layer -> new Initializer.Normal(0.01));
        return network.build();
    }

    private Port inception(String name, Module module, Port x) {
        Window window = new Window(Pair.of(3), Pair.of(1), Pair.of(1), Pair.of(1), true);
        Port pooled = network.add(name + ".branch4.0", new MaxPool2d(window), x);
        return parts.concat(
                name,
                parts.unit(name + ".branch1", x, Unit.same(module.one(), 1)),
                parts.chain(name + ".branch2.", x, Unit.same(module.threeReduce(), 1), Unit.same(module.three(), 3)),
                parts.chain(name + ".branch3.", x, Unit.same(module.fiveReduce(), 1), Unit.same(module.five(), 3)),
                parts.unit(name + ".branch4.1", pooled, Unit.same(module.projection(), 1)));
    }

    private Port auxiliary(String name, int classes, Port x) {
        Port y = network.add(name + ".avgpool", AdaptiveAvgPool2d.of(4), x);
        y = parts.unit(name + ".conv", y, Unit.same(128, 1));
        y = network.add(name + ".flatten", new Flatten(), y);
        y = parts.linear(name + ".fc1", 1024, y);
        y = network.add(name + ".relu", new Relu(), y);
        y = network.add(name + ".dropout", Dropout.of(0.7), y);
        return parts.linear(name + ".fc2", classes, y);
    }

    private Port pool(String name, int kernel, Port x) {
        Window window = new Window(Pair.of(kernel), Pair.of(2), Pair.of(0), Pair.of(1), true);
        return network.add(name, new MaxPool2d(window), x);
    }
}
