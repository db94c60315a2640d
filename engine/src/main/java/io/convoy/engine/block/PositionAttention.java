package io.convoy.engine.block;

import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.HardAttention;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Tanh;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;

/**
 * Attention over the positions of feature maps, soft or hard: what is at the positions that matter, as one vector.
 *
 * <pre>
 * e[n,i] = score · tanh(hidden(x)[n,i]),  i: positions (Bahdanau et al. 2015)
 * soft: a = softmax over i of e, y[n] = Σ_i a[n,i] · x[n,i], the expected feature
 * hard: y[n] = x[n,i] for one i drawn with probability a[n,i] (Xu et al. 2015), see {@link HardAttention}
 * x: [N, C, H, W] → y: [N, C]
 * </pre>
 *
 * The weights of the positions, [N, 1, H·W], are the first output of the node {@code weights}; with hard attention its second,
 * [N, 1], is the log-probability of the choice. Parameters: {@code hidden.weight} [hidden, C, 1, 1] and {@code hidden.bias},
 * {@code score.weight} [1, hidden, 1, 1].
 *
 * @param channels C
 * @param hidden width of the scoring network
 * @param choice from scores to weights: {@code Softmax} over the positions, or {@link HardAttention}
 */
public record PositionAttention(int channels, int hidden, Layer choice) implements Block {
    public PositionAttention {
        Expect.atLeast(1, "PositionAttention", "channels", channels);
        Expect.atLeast(1, "PositionAttention", "hidden", hidden);
    }

    /** The expected feature. */
    public static PositionAttention soft(int channels, int hidden) {
        return new PositionAttention(channels, hidden, new Softmax(2));
    }

    /** One position's feature. */
    public static PositionAttention hard(int channels, int hidden, HardAttention.Estimator estimator) {
        return new PositionAttention(channels, hidden, new HardAttention(estimator));
    }

    @Override
    public Port addTo(Network.Builder builder, String name, Port x) {
        Expect.featureMaps(builder, name, this, channels, x);
        Port weights = weights(builder, name, channels, hidden, choice, x);
        Port features = NonLocal.positions(builder, name + ".positions", x);
        Port y = builder.add(name + ".mix", MatMul.of().transposingB(), weights, features);
        return builder.add(name + ".vector", Reshape.of(channels), y);
    }

    /** Weights of the positions of {@code x}: [N, 1, H·W]. */
    static Port weights(Network.Builder builder, String name, int channels, int hidden, Layer choice, Port x) {
        Port scores = builder.add(name + ".hidden", Conv2d.of(channels, hidden, 1), x);
        scores = builder.add(name + ".tanh", new Tanh(), scores);
        // The same amount on all scores changes nothing, so there is no bias.
        scores = builder.add(name + ".score", Conv2d.of(hidden, 1, 1).withoutBias(), scores);
        scores = NonLocal.positions(builder, name + ".scores", scores);
        return builder.add(name + ".weights", choice, scores);
    }
}
