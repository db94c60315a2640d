package io.convoy.engine.zoo;

import io.convoy.engine.block.SelfAttention;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Window;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;

/**
 * ResNet-50 with self-attention, after BoTNet-50 (Srinivas, Lin, Parmar, Shlens, Abbeel and Vaswani, "Bottleneck transformers for
 * visual recognition", 2021, table 1): in {@link ResNet ResNet-50}'s last stage attention of four heads between all positions
 * stands for the 3×3 convolutions, {@code layer4.0.conv2} and so on; where the stage begins, a mean of 2×2 halves the resolution
 * behind it.
 *
 * <p>Unlike the paper's, the attention has no position embedding, which would tie the network to one size of images, and it ends
 * with the projection of all heads that multi-head attention has (Vaswani et al. 2017). 21,631,016 parameters for 1000 classes.
 */
public final class SelfAttentionResNet {
    private static final int HEADS = 4;

    private SelfAttentionResNet() {}

    static void enter(Zoo.Members zoo) {
        zoo.add("resnet50_attention", ResNet.PAPER, SelfAttentionResNet::of);
    }

    /**
     * The network.
     *
     * @param image [C, H, W] of any size; the work of the attention grows with (H·W)²
     * @param classes outputs
     */
    public static Network of(Shape image, int classes) {
        Residual.Part window = (network, place, x) ->
                place.stage() < 4 ? Residual.CONVOLUTION.addTo(network, place, x) : attention(network, place, x);
        return ResNet.fifty(
                "SelfAttentionResNet",
                image,
                classes,
                ResNet.WIDTHS,
                4,
                Residual.bottleneck(false, window, Residual.NOTHING));
    }

    private static Port attention(Network.Builder network, Residual.Place place, Port x) {
        Port y = SelfAttention.of(place.width(), HEADS).addTo(network, place.name() + ".conv2", x);
        if (place.stride() == 2) {
            // Rounded up and over what there is, so that an odd size is halved like the shortcut's.
            Window halves = new Window(Pair.of(2), Pair.of(2), Pair.of(0), Pair.of(1), true);
            y = network.add(place.name() + ".avgpool", new AvgPool2d(halves, false), y);
        }
        y = network.add(place.name() + ".bn2", BatchNorm2d.of(place.width()), y);
        return network.add(place.name() + ".relu2", new Relu(), y);
    }
}
