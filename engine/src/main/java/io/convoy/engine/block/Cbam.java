package io.convoy.engine.block;

import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;

/**
 * Convolutional block attention module (Woo et al. 2018): {@link ChannelAttention}, then {@link SpatialAttention}; x and y:
 * [N, C, H, W]. Parameters: {@code channel.fc1.weight}, {@code channel.fc2.weight}, {@code spatial.conv.weight}.
 *
 * @param channels C
 * @param reduction of the channel attention; default 16
 * @param kernel of the spatial attention, odd; default 7
 */
public record Cbam(int channels, int reduction, int kernel) implements Block {
    public Cbam {
        // Refuse what they refuse.
        new ChannelAttention(channels, reduction);
        new SpatialAttention(kernel);
    }

    /** The paper's reduction of 16 and window of 7. */
    public static Cbam of(int channels) {
        return new Cbam(channels, 16, 7);
    }

    @Override
    public Port addTo(Network.Builder builder, String name, Port x) {
        Port weighed = new ChannelAttention(channels, reduction).addTo(builder, name + ".channel", x);
        return new SpatialAttention(kernel).addTo(builder, name + ".spatial", weighed);
    }
}
