package io.convoy.engine.zoo;

import io.convoy.engine.block.SqueezeExcitation;
import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;

/**
 * SE-ResNet-50 (Hu, Shen and Sun, "Squeeze-and-excitation networks", 2018, table 1): {@link ResNet ResNet-50} whose blocks weigh
 * the channels of their branches, {@code layer1.0.se} and so on, squeezed to a sixteenth. As in the authors' network a
 * bottleneck's first convolution takes the stride. 28,088,024 parameters for 1000 classes.
 */
public final class SeResNet {
    private SeResNet() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("se_resnet50", ResNet.PAPER, SeResNet::of);
    }

    /**
     * The network.
     *
     * @param image [C, H, W] of any size
     * @param classes outputs
     */
    public static Network of(Shape image, int classes) {
        Residual.Part attention = (network, place, x) ->
                SqueezeExcitation.of(place.out(), place.out() / 16).addTo(network, place.name() + ".se", x);
        return ResNet.fifty(
                "SeResNet",
                image,
                classes,
                ResNet.WIDTHS,
                4,
                Residual.bottleneck(true, Residual.CONVOLUTION, attention));
    }
}
