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

/**
 * ZFNet (Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014, figure 3): AlexNet with a smaller and
 * denser first window.
 *
 * <pre>
 * conv1  96 @ 7×7 / 2, padding 1     pool 3 / 2, padding 1, normalised
 * conv2 256 @ 5×5 / 2                pool 3 / 2, padding 1, normalised
 * conv3 384 @ 3×3, padding 1
 * conv4 384 @ 3×3, padding 1
 * conv5 256 @ 3×3, padding 1         pool 3 / 2, mean to 6×6
 * fully connected 4096 → 4096 → classes, dropout 0.5 behind the first two
 * </pre>
 *
 * 62,357,608 parameters for 1000 classes. First weights are the paper's: 0.01, here as a normal deviation, and biases of 0.
 * Other images than 224×224 are pooled to 6×6 as well.
 */
public final class ZfNet {
    /** AlexNet's, whose alpha isn't divided by the size. */
    private static final LocalResponseNorm NORMALIZATION = new LocalResponseNorm(5, 5 * 1e-4, 0.75, 2);

    private static final int HIDDEN = 4096;

    private ZfNet() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("zfnet", Shape.of(3, 224, 224), (image, classes) -> of(image, classes, HIDDEN));
    }

    /**
     * The network.
     *
     * @param image [C, H, W], H and W at least 53
     * @param classes outputs
     * @param hidden width of the two hidden fully connected layers; 4096 in the paper
     */
    public static Network of(Shape image, int classes, int hidden) {
        Expect.image("ZfNet", 53, image);
        Network.Builder network = Network.builder();
        Sequence features = new Sequence(network, "features", network.input("image", image));
        features.add(Conv2d.of(image.size(0), 96, 7).withStride(2).withPadding(1))
                .add(new Relu())
                .add(MaxPool2d.of(3, 2, 1))
                .add(NORMALIZATION);
        features.add(Conv2d.of(96, 256, 5).withStride(2))
                .add(new Relu())
                .add(MaxPool2d.of(3, 2, 1))
                .add(NORMALIZATION);
        features.add(Conv2d.of(256, 384, 3).withPadding(1)).add(new Relu());
        features.add(Conv2d.of(384, 384, 3).withPadding(1)).add(new Relu());
        features.add(Conv2d.of(384, 256, 3).withPadding(1)).add(new Relu()).add(MaxPool2d.of(3, 2));
        Port x = network.add("avgpool", AdaptiveAvgPool2d.of(6), features.end());
        x = network.add("flatten", new Flatten(), x);
        Sequence classifier = new Sequence(network, "classifier", x);
        classifier.add(Linear.of(256 * 6 * 6, hidden)).add(new Relu()).add(Dropout.of(0.5));
        classifier.add(Linear.of(hidden, hidden)).add(new Relu()).add(Dropout.of(0.5));
        network.output(classifier.add(Linear.of(hidden, classes)).end());
        for (Network.Parameter parameter : network.build().parameters()) {
            boolean bias = parameter.name().endsWith(".bias");
            network.initialize(parameter.name(), bias ? FirstWeights.ZERO : new Initializer.Normal(0.01));
        }
        return network.build();
    }
}
