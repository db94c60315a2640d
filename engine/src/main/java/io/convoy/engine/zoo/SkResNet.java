package io.convoy.engine.zoo;

import io.convoy.engine.block.SelectiveKernel;
import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * SKNet-50 (Li, Wang, Hu and Yang, "Selective kernel networks", 2019, table 1): {@link ResNet ResNet-50} with bottlenecks of twice
 * the width, in which two grouped convolutions, 3×3 and 3×3 with a dilation of 2, stand for the one of 3×3, and each channel
 * mixes them as the image asks, {@code layer1.0.conv2} and so on: SK[M=2, G=32, r=16]. 27,479,784 parameters for 1000 classes.
 */
public final class SkResNet {
    private SkResNet() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("sk_resnet50", ResNet.PAPER, SkResNet::of);
    }

    /**
     * The network.
     *
     * @param image [C, H, W] of any size
     * @param classes outputs
     */
    public static Network of(Shape image, int classes) {
        Residual.Part window =
                (network, place, x) -> new SelectiveKernel(place.width(), 2, 32, 16, 32, place.stride(), false)
                        .addTo(network, place.name() + ".conv2", x);
        return ResNet.fifty(
                "SkResNet",
                image,
                classes,
                List.of(128, 256, 512, 1024),
                2,
                Residual.bottleneck(false, window, Residual.NOTHING));
    }
}
