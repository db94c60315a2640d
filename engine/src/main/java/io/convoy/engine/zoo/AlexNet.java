package io.convoy.engine.zoo;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.Set;

/**
 * AlexNet, in two editions, both without the groups that once spread it over two GPUs.
 *
 * <pre>
 *        one tower (Krizhevsky 2014)        the widths of Krizhevsky, Sutskever and Hinton 2012
 * conv1   64 @ 11×11 / 4, padding 2          96 @ 11×11 / 4, normalised
 * pool    3 / 2
 * conv2  192 @ 5×5, padding 2               256 @ 5×5, padding 2, normalised
 * pool    3 / 2
 * conv3  384 @ 3×3, padding 1               384 @ 3×3, padding 1
 * conv4  256 @ 3×3, padding 1               384 @ 3×3, padding 1
 * conv5  256 @ 3×3, padding 1               256 @ 3×3, padding 1
 * pool    3 / 2, mean to 6×6
 * fully connected 4096 → 4096 → classes, dropout 0.5 before the first two, or behind them in 2012
 * </pre>
 *
 * 61,100,840 parameters for 1000 classes, or 62,378,344 with the widths of 2012. The one tower has torchvision's names and first
 * weights, the layers' own; the edition of 2012 its paper's: normal with deviation 0.01, biases of 1 for conv2, conv4, conv5 and
 * the hidden fully connected layers, else 0. Other images than 224×224, or 227×227 in 2012, are pooled to 6×6 as well.
 */
public final class AlexNet {
    /** One row of the table. */
    private record Convolution(int channels, int kernel, int stride, int padding, boolean normalized, boolean pooled) {}

    private static final List<Convolution> ONE_TOWER = List.of(
            new Convolution(64, 11, 4, 2, false, true),
            new Convolution(192, 5, 1, 2, false, true),
            new Convolution(384, 3, 1, 1, false, false),
            new Convolution(256, 3, 1, 1, false, false),
            new Convolution(256, 3, 1, 1, false, true));

    private static final List<Convolution> OF_2012 = List.of(
            new Convolution(96, 11, 4, 0, true, true),
            new Convolution(256, 5, 1, 2, true, true),
            new Convolution(384, 3, 1, 1, false, false),
            new Convolution(384, 3, 1, 1, false, false),
            new Convolution(256, 3, 1, 1, false, true));

    /** Table of the paper's §3.3, whose alpha isn't divided by the size. */
    private static final LocalResponseNorm NORMALIZATION = new LocalResponseNorm(5, 5 * 1e-4, 0.75, 2);

    /** Conv2, conv4, conv5 and the hidden layers of the classifier, by their places in the edition of 2012. */
    private static final Set<String> BIASES_OF_ONE =
            Set.of("features.4.bias", "features.10.bias", "features.12.bias", "classifier.0.bias", "classifier.3.bias");

    private static final int HIDDEN = 4096;

    private AlexNet() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("alexnet", Shape.of(3, 224, 224), (image, classes) -> of(image, classes, HIDDEN));
        zoo.add("alexnet_2012", Shape.of(3, 227, 227), (image, classes) -> of2012(image, classes, HIDDEN));
    }

    /**
     * The one tower.
     *
     * @param image [C, H, W], H and W at least 63
     * @param classes outputs
     * @param hidden width of the two hidden fully connected layers; 4096 in the paper
     */
    public static Network of(Shape image, int classes, int hidden) {
        Expect.image("AlexNet", 63, image);
        Network.Builder network = Network.builder();
        Port x = features(network, ONE_TOWER, image);
        Sequence classifier = new Sequence(network, "classifier", x);
        classifier.add(Dropout.of(0.5)).add(Linear.of(256 * 6 * 6, hidden)).add(new Relu());
        classifier.add(Dropout.of(0.5)).add(Linear.of(hidden, hidden)).add(new Relu());
        return network.output(classifier.add(Linear.of(hidden, classes)).end()).build();
    }

    /**
     * The network with the widths of 2012.
     *
     * @param image [C, H, W], H and W at least 67
     * @param classes outputs
     * @param hidden width of the two hidden fully connected layers; 4096 in the paper
     */
    public static Network of2012(Shape image, int classes, int hidden) {
        Expect.image("AlexNet of 2012", 67, image);
        Network.Builder network = Network.builder();
        Port x = features(network, OF_2012, image);
        Sequence classifier = new Sequence(network, "classifier", x);
        classifier.add(Linear.of(256 * 6 * 6, hidden)).add(new Relu()).add(Dropout.of(0.5));
        classifier.add(Linear.of(hidden, hidden)).add(new Relu()).add(Dropout.of(0.5));
        network.output(classifier.add(Linear.of(hidden, classes)).end());
        for (Network.Parameter parameter : network.build().parameters()) {
            boolean bias = parameter.name().endsWith(".bias");
            double first = BIASES_OF_ONE.contains(parameter.name()) ? 1 : 0;
            network.initialize(parameter.name(), bias ? new Initializer.Constant(first) : new Initializer.Normal(0.01));
        }
        return network.build();
    }

    private static Port features(Network.Builder network, List<Convolution> table, Shape image) {
        Sequence features = new Sequence(network, "features", network.input("image", image));
        int in = image.size(0);
        for (Convolution row : table) {
            features.add(Conv2d.of(in, row.channels(), row.kernel())
                            .withStride(row.stride())
                            .withPadding(row.padding()))
                    .add(new Relu());
            if (row.normalized()) {
                features.add(NORMALIZATION);
            }
            if (row.pooled()) {
                features.add(MaxPool2d.of(3, 2));
            }
            in = row.channels();
        }
        Port x = network.add("avgpool", AdaptiveAvgPool2d.of(6), features.end());
        return network.add("flatten", new Flatten(), x);
    }
}
