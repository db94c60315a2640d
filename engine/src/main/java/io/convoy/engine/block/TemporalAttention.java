package io.convoy.engine.block;

import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.Permute;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention over time: the feature maps of a sequence of frames, mixed by how much each frame matters.
 *
 * <pre>
 * e[n,t] = score · tanh(hidden(mean over h, w of x[n,t,·,h,w])) (scored as in Bahdanau et al. 2015)
 * y[n,c,h,w] = Σ_t a[n,t] · x[n,t,c,h,w],  a = softmax over t of e
 * x: [N, T, C, H, W], or T times [N, C, H, W] → y: [N, C, H, W]
 * </pre>
 *
 * The frames' weights, [N, 1, T], are the output of the node {@code weights}. Nothing but the frames' contents decides, not their order.
 * Frames that share a network are written by {@link Network.Builder#include including} it T times with one scope of parameters.
 * Parameters: {@code hidden.weight} [hidden, C, 1, 1] and {@code hidden.bias}, {@code score.weight} [1, hidden, 1, 1].
 *
 * @param channels C
 * @param hidden width of the scoring network
 */
public record TemporalAttention(int channels, int hidden) implements Block {
    public TemporalAttention {
        Expect.atLeast(1, "TemporalAttention", "channels", channels);
        Expect.atLeast(1, "TemporalAttention", "hidden", hidden);
    }

    /** Adds the block behind {@code frames}, each [N, C, H, W], or behind one port that has them all, [N, T, C, H, W]. */
    @Override
    public Port addTo(Network.Builder builder, String name, List<Port> frames) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("Block " + name + ": " + this + " expects frames, but there is none.");
        }
        if (frames.size() == 1 && builder.sample(frames.get(0)).rank() == 4) {
            return addTo(builder, name, frames.get(0));
        }
        List<Port> ports = new ArrayList<>();
        for (int t = 0; t < frames.size(); t++) {
            Shape frame = Expect.featureMaps(builder, name, this, channels, frames.get(t));
            Shape one = Shape.of(1, channels, frame.size(1), frame.size(2));
            ports.add(builder.add(name + ".frame." + t, new Reshape(one.toList()), frames.get(t)));
        }
        Concat together = new Concat(ports.size(), 1);
        return addTo(builder, name, builder.add(name + ".frames", together, ports.toArray(new Port[0])));
    }

    @Override
    public Port addTo(Network.Builder builder, String name, Port x) {
        Shape sample = builder.sample(x);
        if (sample.rank() != 4 || sample.size(1) != channels) {
            throw Expect.unfit(name, this, "[N, T, " + channels + ", H, W]", sample);
        }
        int frames = sample.size(0);
        Port means = builder.add(name + ".gap", Reduce.mean(3, 4).withoutDims(), x);
        means = builder.add(name + ".channels_first", Permute.of(0, 2, 1), means);
        means = builder.add(name + ".means", Reshape.of(channels, frames, 1), means);
        Port weights = PositionAttention.weights(builder, name, channels, hidden, new Softmax(2), means);
        int values = Math.toIntExact(sample.sample().count());
        Port rows = builder.add(name + ".rows", Reshape.of(frames, values), x);
        Port y = builder.add(name + ".mix", MatMul.of(), weights, rows);
        return builder.add(name + ".maps", new Reshape(sample.sample().toList()), y);
    }
}
