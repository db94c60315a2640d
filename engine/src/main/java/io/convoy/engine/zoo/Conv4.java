package io.convoy.engine.zoo;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;

/**
 * The four blocks with which one-shot learning is measured (Vinyals, Blundell, Lillicrap, Kavukcuoglu and Wierstra, "Matching
 * networks for one shot learning", 2016; Snell, Swersky and Zemel, "Prototypical networks for few-shot learning", 2017): 111,936
 * parameters for gray images, and one fully connected layer, which makes the classes or the embedding.
 *
 * <pre>
 * four times: 64 @ 3×3, padding 1 → BatchNorm → ReLU → pool 2
 * fc classes
 * </pre>
 */
public final class Conv4 {
    private static final int BLOCKS = 4;
    private static final int WIDTH = 64;

    private Conv4() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("conv4", Shape.of(1, 28, 28), Conv4::of);
    }

    /**
     * The network.
     *
     * @param image [C, H, W], H and W at least 16
     * @param classes outputs
     */
    public static Network of(Shape image, int classes) {
        int reduction = 1 << BLOCKS;
        if (image.rank() != 3 || image.size(1) < reduction || image.size(2) < reduction) {
            throw new IllegalArgumentException("Conv4 expects images of [C, H, W] with H and W of at least " + reduction
                    + ", but they are " + image + ".");
        }
        Network.Builder network = Network.builder();
        Port x = network.input("image", image);
        int in = image.size(0);
        for (int block = 1; block <= BLOCKS; block++) {
            x = network.add("conv" + block, Conv2d.of(in, WIDTH, 3).withPadding(1), x);
            x = network.add("bn" + block, BatchNorm2d.of(WIDTH), x);
            x = network.add("relu" + block, new Relu(), x);
            x = network.add("pool" + block, MaxPool2d.of(2, 2), x);
            in = WIDTH;
        }
        x = network.add("flatten", new Flatten(), x);
        int features = WIDTH * (image.size(1) / reduction) * (image.size(2) / reduction);
        return network.output(network.add("fc", Linear.of(features, classes), x))
                .build();
    }
}
