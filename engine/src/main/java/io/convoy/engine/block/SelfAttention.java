package io.convoy.engine.block;

import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.Permute;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Split;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;

/**
 * Multi-head self-attention (Vaswani et al. 2017), over the positions of feature maps (Bello et al. 2019) or over tokens.
 *
 * <pre>
 * q, k, v = qkv(x), each cut into heads of d = C / heads channels
 * a[h,i,j] = softmax over j of q[h,i] · k[h,j] / √d,  i, j: positions
 * y[i] = proj(all heads' Σ_j a[h,i,j] · v[h,j], one behind the other)
 * x: [N, C, H, W] → y: [N, C, H, W], or [N, T, C] → [N, T, C]
 * </pre>
 *
 * There is no position embedding, and nothing is added to x: put an {@code Add} behind it where that is wanted. Parameters,
 * the same ones for both forms of x: {@code qkv.weight} [3·C, C, 1, 1] and {@code qkv.bias} [3·C] for q, k and v in this order,
 * {@code proj.weight} [C, C, 1, 1], {@code proj.bias} [C].
 *
 * @param channels C, a multiple of {@code heads}
 * @param heads how many independent attentions
 * @param bias whether qkv has a bias; default true
 */
public record SelfAttention(int channels, int heads, boolean bias) implements Block {
    public SelfAttention {
        Expect.atLeast(1, "SelfAttention", "channels", channels);
        Expect.atLeast(1, "SelfAttention", "heads", heads);
        if (channels % heads != 0) {
            throw new IllegalArgumentException(
                    "SelfAttention expects channels to be a multiple of heads, but channels is " + channels
                            + " and heads is " + heads + ".");
        }
    }

    /** With biases. */
    public static SelfAttention of(int channels, int heads) {
        return new SelfAttention(channels, heads, true);
    }

    @Override
    public Port addTo(Network.Builder builder, String name, Port x) {
        Shape sample = builder.sample(x);
        if (sample.rank() == 3 && sample.size(0) == channels) {
            return overPositions(builder, name, x, sample);
        }
        if (sample.rank() == 2 && sample.size(1) == channels) {
            // Tokens are the positions of feature maps that are one wide.
            Shape maps = Shape.of(channels, sample.size(0), 1);
            Port y = builder.add(name + ".channels_first", Permute.of(0, 2, 1), x);
            y = builder.add(name + ".tokens_as_maps", new Reshape(maps.toList()), y);
            y = overPositions(builder, name, y, maps);
            y = builder.add(name + ".maps_as_tokens", Reshape.of(channels, sample.size(0)), y);
            return builder.add(name + ".channels_last", Permute.of(0, 2, 1), y);
        }
        throw Expect.unfit(name, this, "[N, " + channels + ", H, W] or [N, T, " + channels + "]", sample);
    }

    private Port overPositions(Network.Builder builder, String name, Port x, Shape sample) {
        Conv2d project = Conv2d.of(channels, 3 * channels, 1);
        Port qkv = builder.add(name + ".qkv", bias ? project : project.withoutBias(), x);
        builder.add(name + ".split", Split.of(channels, channels, channels), qkv);
        Port q = heads(builder, name, "q", 0);
        Port k = heads(builder, name, "k", 1);
        Port v = heads(builder, name, "v", 2);
        MatMul likeness = MatMul.of().transposingA().withScale(1 / Math.sqrt((double) channels / heads));
        Port a = builder.add(name + ".likeness", likeness, q, k);
        a = builder.add(name + ".softmax", new Softmax(3), a);
        Port y = builder.add(name + ".mix", MatMul.of().transposingB(), v, a);
        y = builder.add(name + ".maps", new Reshape(sample.toList()), y);
        return builder.add(name + ".proj", Conv2d.of(channels, channels, 1), y);
    }

    /** [N, C, H, W] → [N, heads, d, H·W]. */
    private Port heads(Network.Builder builder, String name, String part, int index) {
        return builder.add(
                name + "." + part, Reshape.of(heads, channels / heads, -1), new Port(name + ".split", index));
    }
}
