package io.convoy.engine.zoo;

import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;

/**
 * LeNet-5 (LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", 1998) in today's form:
 * full connectivity, ReLU, max pooling; 61,706 parameters for ten classes of gray images.
 *
 * <pre>
 * conv1  6 @ 5×5, padding 2 for 28×28    pool 2
 * conv2 16 @ 5×5                          pool 2
 * fc1 120 → fc2 84 → fc3 classes
 * </pre>
 */
public final class Lenet5 {
    private Lenet5() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("lenet5", Shape.of(1, 32, 32), Lenet5::of);
    }

    /**
     * The network for images of {@code channels} × 28 × 28 or × 32 × 32.
     *
     * @param image [C, H, W]
     * @param classes outputs
     */
    public static Network of(Shape image, int classes) {
        if (image.rank() != 3 || image.size(1) != image.size(2) || (image.size(1) != 28 && image.size(1) != 32)) {
            throw new IllegalArgumentException(
                    "Lenet5 expects images of [C, 28, 28] or [C, 32, 32], but they are " + image + ".");
        }
        Network.Builder network = Network.builder();
        Port x = network.input("image", image);
        x = network.add("conv1", Conv2d.of(image.size(0), 6, 5).withPadding(image.size(1) == 28 ? 2 : 0), x);
        x = network.add("relu1", new Relu(), x);
        x = network.add("pool1", MaxPool2d.of(2, 2), x);
        x = network.add("conv2", Conv2d.of(6, 16, 5), x);
        x = network.add("relu2", new Relu(), x);
        x = network.add("pool2", MaxPool2d.of(2, 2), x);
        x = network.add("flatten", new Flatten(), x);
        x = network.add("fc1", Linear.of(16 * 5 * 5, 120), x);
        x = network.add("relu3", new Relu(), x);
        x = network.add("fc2", Linear.of(120, 84), x);
        x = network.add("relu4", new Relu(), x);
        x = network.add("fc3", Linear.of(84, classes), x);
        return network.output(x).build();
    }
}
