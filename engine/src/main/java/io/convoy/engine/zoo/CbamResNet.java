package io.convoy.engine.zoo;

import io.convoy.engine.block.Cbam;
import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;

/**
 * ResNet-50 with convolutional block attention (Woo, Park, Lee and Kweon, "CBAM: convolutional block attention module", 2018):
 * {@link ResNet ResNet-50} whose branches weigh their channels, then their positions, {@code layer1.0.cbam} and so on, before
 * they are added. As in the authors' network the perceptron has biases and a BatchNorm follows the 7×7 convolution. 28,089,624
 * parameters for 1000 classes.
 */
public final class CbamResNet {
    private CbamResNet() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("resnet50_cbam", ResNet.PAPER, CbamResNet::of);
    }

    /**
     * The network.
     *
     * @param image [C, H, W] of any size
     * @param classes outputs
     */
    public static Network of(Shape image, int classes) {
        Residual.Part attention = (network, place, x) ->
                new Cbam(place.out(), 16, 7, true, true).addTo(network, place.name() + ".cbam", x);
        return ResNet.fifty(
                "CbamResNet",
                image,
                classes,
                ResNet.WIDTHS,
                4,
                Residual.bottleneck(false, Residual.CONVOLUTION, attention));
    }
}
