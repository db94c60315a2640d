package io.convoy.engine.zoo;

import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.InceptionParts.Unit;
import java.util.List;

/**
 * Inception-v2 or BN-Inception (Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal
 * covariate shift", ICML 2015, figure 5): two 3×3 in place of GoogLeNet's 5×5, and strides in modules instead of pooling between
 * them. 11,194,984 parameters for 1,000 classes; others of this name that are somewhat larger have wider modules than the paper.
 *
 * <p>Modules are called and drawn as those of torchvision's GoogLeNet. Windows with a stride have a border of 1, so that images
 * of any size fit. The paper's is a plain classifier without dropout.
 */
public final class InceptionV2 {
    /**
     * A row of figure 5: channels of 1×1, of 3×3 behind its reduction, of two 3×3 behind theirs, of 1×1 behind the pooling. Those
     * without a first branch have a stride of 2, and nothing behind the pooling.
     */
    private record Module(
            String name,
            int one,
            int threeReduce,
            int three,
            int doubleReduce,
            int doubled,
            Pool pool,
            int projection) {
        int stride() {
            return one == 0 ? 2 : 1;
        }
    }

    private enum Pool {
        AVERAGE,
        MAXIMUM
    }

    private static final List<Module> TABLE = List.of(
            new Module("3a", 64, 64, 64, 64, 96, Pool.AVERAGE, 32),
            new Module("3b", 64, 64, 96, 64, 96, Pool.AVERAGE, 64),
            new Module("3c", 0, 128, 160, 64, 96, Pool.MAXIMUM, 0),
            new Module("4a", 224, 64, 96, 96, 128, Pool.AVERAGE, 128),
            new Module("4b", 192, 96, 128, 96, 128, Pool.AVERAGE, 128),
            new Module("4c", 160, 128, 160, 128, 160, Pool.AVERAGE, 96),
            new Module("4d", 96, 128, 192, 160, 192, Pool.AVERAGE, 96),
            new Module("4e", 0, 128, 192, 192, 256, Pool.MAXIMUM, 0),
            new Module("5a", 352, 192, 320, 160, 224, Pool.AVERAGE, 128),
            new Module("5b", 352, 192, 320, 192, 224, Pool.MAXIMUM, 128));

    private final Network.Builder network = Network.builder();
    private final InceptionParts parts = new InceptionParts(network, 0);

    private InceptionV2() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("inception_v2", Shape.of(3, 224, 224), InceptionV2::of);
    }

    /**
     * The network.
     *
     * @param image [C, H, W]
     * @param classes outputs
     */
    public static Network of(Shape image, int classes) {
        Expect.image("InceptionV2", 1, image);
        return new InceptionV2().build(image, classes);
    }

    private Network build(Shape image, int classes) {
        Port x = network.input("image", image);
        x = parts.unit("conv1", x, Unit.same(64, 7).withStride(2));
        x = network.add("maxpool1", MaxPool2d.of(3, 2, 1), x);
        x = parts.unit("conv2", x, Unit.same(64, 1));
        x = parts.unit("conv3", x, Unit.same(192, 3));
        x = network.add("maxpool2", MaxPool2d.of(3, 2, 1), x);
        for (Module module : TABLE) {
            x = inception("inception" + module.name(), module, x);
        }
        network.output(parts.classify("fc", 0, classes, x));
        FirstWeights.draw(network, Conv2d.class, "weight", layer -> new Initializer.Normal(0.01));
        FirstWeights.draw(network, Linear.class, "weight", layer -> new Initializer.Normal(0.01));
        return network.build();
    }

    private Port inception(String name, Module module, Port x) {
        int stride = module.stride();
        Port three = parts.chain(
                name + ".branch2.",
                x,
                Unit.same(module.threeReduce(), 1),
                Unit.same(module.three(), 3).withStride(stride));
        Port doubled = parts.chain(
                name + ".branch3.",
                x,
                Unit.same(module.doubleReduce(), 1),
                Unit.same(module.doubled(), 3),
                Unit.same(module.doubled(), 3).withStride(stride));
        Port pooled = module.pool() == Pool.AVERAGE
                ? parts.average(name + ".branch4.0", true, x)
                : network.add(name + ".branch4.0", MaxPool2d.of(3, stride, 1), x);
        if (stride == 2) {
            return parts.concat(name, three, doubled, pooled);
        }
        return parts.concat(
                name,
                parts.unit(name + ".branch1", x, Unit.same(module.one(), 1)),
                three,
                doubled,
                parts.unit(name + ".branch4.1", pooled, Unit.same(module.projection(), 1)));
    }
}
