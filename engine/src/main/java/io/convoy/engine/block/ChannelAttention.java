package io.convoy.engine.block;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;

/**
 * CBAM's attention to channels (Woo et al. 2018): weighs each channel by the means and the maxima of all.
 *
 * <pre>
 * y[n,c,h,w] = x[n,c,h,w] · sigmoid(mlp(mean of x[n,·]) + mlp(maximum of x[n,·]))[c],  mlp = fc2 ∘ relu ∘ fc1, one for both
 * x: [N, C, H, W] → y: [N, C, H, W]
 * </pre>
 *
 * Parameters: {@code fc1.weight} [C / reduction, C, 1, 1], {@code fc2.weight} [C, C / reduction, 1, 1], and where there are biases
 * {@code fc1.bias} [C / reduction] and {@code fc2.bias} [C].
 *
 * @param channels C
 * @param reduction how many times fewer channels are between fc1 and fc2, 1 to C; default 16
 * @param bias whether fc1 and fc2 have biases; default false
 */
public record ChannelAttention(int channels, int reduction, boolean bias) implements Block {
    public ChannelAttention {
        Expect.atLeast(1, "ChannelAttention", "channels", channels);
        Expect.atLeast(1, "ChannelAttention", "reduction", reduction);
        if (reduction > channels) {
            throw new IllegalArgumentException(
                    "ChannelAttention expects reduction of at most channels, but reduction is " + reduction
                            + " and channels is " + channels + ".");
        }
    }

    /** Without biases. */
    public ChannelAttention(int channels, int reduction) {
        this(channels, reduction, false);
    }

    @Override
    public Port addTo(Network.Builder builder, String name, Port x) {
        Expect.featureMaps(builder, name, this, channels, x);
        Port mean = mlp(builder, name, "avg", AdaptiveAvgPool2d.of(1), x);
        Port greatest = mlp(builder, name, "max", AdaptiveMaxPool2d.of(1), x);
        Port weights = builder.add(name + ".sum", new Add(), mean, greatest);
        weights = builder.add(name + ".sigmoid", new Sigmoid(), weights);
        return builder.add(name + ".scale", new Multiply(), x, weights);
    }

    private Port mlp(Network.Builder builder, String name, String pooled, Layer pool, Port x) {
        String part = name + "." + pooled;
        int squeezed = channels / reduction;
        Port s = builder.add(part + "_pool", pool, x);
        s = builder.addSharing(part + "_fc1", name + ".fc1", fullyConnected(channels, squeezed), s);
        s = builder.add(part + "_relu", new Relu(), s);
        return builder.addSharing(part + "_fc2", name + ".fc2", fullyConnected(squeezed, channels), s);
    }

    private Conv2d fullyConnected(int in, int out) {
        Conv2d layer = Conv2d.of(in, out, 1);
        return bias ? layer : layer.withoutBias();
    }
}
