package io.convoy.engine.block;

import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;

/**
 * Convolutional block attention module (Woo et al. 2018): {@link ChannelAttention}, then {@link SpatialAttention}; x and y:
 * [N, C, H, W]. Parameters: {@code channel.fc1.weight}, {@code channel.fc2.weight}, {@code spatial.conv.weight}, and those of the options.
 *
 * @param channels C
 * @param reduction of the channel attention; default 16
 * @param kernel of the spatial attention, odd; default 7
 * @param bias whether the channel attention's layers have biases, as in the authors' networks; default false
 * @param batchNorm whether a BatchNorm follows the spatial attention's convolution, as in the authors' networks; default false
 */
public record Cbam(int channels, int reduction, int kernel, boolean bias, boolean batchNorm) implements Block {
    public Cbam {
        // Refuse what they refuse.
        new ChannelAttention(channels, reduction, bias);
        new SpatialAttention(kernel, batchNorm);
    }

    /** Without biases and BatchNorm. */
    public Cbam(int channels, int reduction, int kernel) {
        this(channels, reduction, kernel, false, false);
    }

    /** The paper's reduction of 16 and window of 7. */
    public static Cbam of(int channels) {
        return new Cbam(channels, 16, 7);
    }

    @Override
    public Port addTo(Network.Builder builder, String name, Port x) {
        Port weighed = new ChannelAttention(channels, reduction, bias).addTo(builder, name + ".channel", x);
        return new SpatialAttention(kernel, batchNorm).addTo(builder, name + ".spatial", weighed);
    }
}
