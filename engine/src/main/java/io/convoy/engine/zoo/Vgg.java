package io.convoy.engine.zoo;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * VGG (Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", 2015, table 1): five stages
 * of 3×3 convolutions with 64, 128, 256, 512 and 512 channels, each stage followed by a pooling of 2, then 4096 → 4096 → classes
 * fully connected with dropout of 0.5.
 *
 * <pre>
 * depth               11 (A)  13 (B)  16 (D)  19 (E)
 * convolutions of 64    1       2       2       2
 *                128    1       2       2       2
 *                256    2       2       3       4
 *                512    2       2       3       4
 *                512    2       2       3       4
 * </pre>
 *
 * With or without a BatchNorm behind each convolution. Names and first weights are torchvision's: He et al.'s normal numbers by
 * fan-out for convolutions, a deviation of 0.01 for fully connected layers, biases of 0. Images other than 224×224 are pooled to
 * 7×7 in front of the classifier.
 */
public final class Vgg {
    private static final int[] CHANNELS = {64, 128, 256, 512, 512};

    private static final Map<Integer, List<Integer>> CONVOLUTIONS = new TreeMap<>(Map.of(
            11, List.of(1, 1, 2, 2, 2),
            13, List.of(2, 2, 2, 2, 2),
            16, List.of(2, 2, 3, 3, 3),
            19, List.of(2, 2, 4, 4, 4)));

    private static final int HIDDEN = 4096;

    private Vgg() {}

    static void enter(Zoo.Members zoo) {
        for (int depth : CONVOLUTIONS.keySet()) {
            Shape paper = Shape.of(3, 224, 224);
            zoo.add("vgg" + depth, paper, (image, classes) -> of(image, classes, depth, false, HIDDEN));
            zoo.add("vgg" + depth + "_bn", paper, (image, classes) -> of(image, classes, depth, true, HIDDEN));
        }
    }

    /**
     * The network.
     *
     * @param image [C, H, W], H and W at least 32
     * @param classes outputs
     * @param depth 11, 13, 16 or 19
     * @param batchNorm whether a BatchNorm follows each convolution
     * @param hidden width of the two hidden fully connected layers; 4096 in the paper
     */
    public static Network of(Shape image, int classes, int depth, boolean batchNorm, int hidden) {
        List<Integer> convolutions = Expect.depth("Vgg", CONVOLUTIONS, depth);
        Expect.image("Vgg", 32, image);
        Network.Builder network = Network.builder();
        Sequence features = new Sequence(network, "features", network.input("image", image));
        int in = image.size(0);
        for (int stage = 0; stage < CHANNELS.length; stage++) {
            for (int i = 0; i < convolutions.get(stage); i++) {
                features.add(Conv2d.of(in, CHANNELS[stage], 3).withPadding(1));
                in = CHANNELS[stage];
                if (batchNorm) {
                    features.add(BatchNorm2d.of(in));
                }
                features.add(new Relu());
            }
            features.add(MaxPool2d.of(2, 2));
        }
        Port x = network.add("avgpool", AdaptiveAvgPool2d.of(7), features.end());
        x = network.add("flatten", new Flatten(), x);
        Sequence classifier = new Sequence(network, "classifier", x);
        classifier.add(Linear.of(512 * 7 * 7, hidden)).add(new Relu()).add(Dropout.of(0.5));
        classifier.add(Linear.of(hidden, hidden)).add(new Relu()).add(Dropout.of(0.5));
        network.output(classifier.add(Linear.of(hidden, classes)).end());
        FirstWeights.draw(network, Conv2d.class, "weight", FirstWeights::fanOut);
        FirstWeights.draw(network, Conv2d.class, "bias", layer -> FirstWeights.ZERO);
        FirstWeights.draw(network, Linear.class, "weight", layer -> new Initializer.Normal(0.01));
        FirstWeights.draw(network, Linear.class, "bias", layer -> FirstWeights.ZERO);
        return network.build();
    }
}
