package io.convoy.engine.block;

import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;

/**
 * Non-local block (Wang et al. 2018), embedded Gaussian: adds to each position what all positions hold, weighed by likeness.
 *
 * <pre>
 * y[i] = x[i] + W(Σ_j softmax over j of (theta(x)[i] · phi(x)[j]) · g(x)[j]),  i, j: positions
 * x: [N, C, H, W] → y: [N, C, H, W]
 * </pre>
 *
 * Parameters: {@code theta}, {@code phi}, {@code g}, convolutions [inner, C, 1, 1] with biases; {@code W} [C, inner, 1, 1] with a
 * bias; {@code bn}, behind W, if there is one. All start as their layers do: bn's weight with ones, where the paper has zeros, so that
 * the block begins as the identity.
 *
 * @param channels C
 * @param inner channels of theta, phi and g; C / 2 in the paper
 * @param subsample whether phi and g pass a max pooling of 2 × 2, for a quarter of the work; default false
 * @param batchNorm whether a BatchNorm follows W; default true
 */
public record NonLocal(int channels, int inner, boolean subsample, boolean batchNorm) implements Block {
    public NonLocal {
        Expect.atLeast(1, "NonLocal", "channels", channels);
        Expect.atLeast(1, "NonLocal", "inner", inner);
    }

    /** The paper's inner channels, C / 2. */
    public static NonLocal of(int channels) {
        return new NonLocal(channels, Math.max(1, channels / 2), false, true);
    }

    @Override
    public Port addTo(Network.Builder builder, String name, Port x) {
        Shape sample = Expect.featureMaps(builder, name, this, channels, x);
        Port theta = builder.add(name + ".theta", Conv2d.of(channels, inner, 1), x);
        theta = positions(builder, name + ".theta_positions", theta);
        Port phi = positions(builder, name + ".phi_positions", pooled(builder, name, "phi", x));
        Port g = positions(builder, name + ".g_positions", pooled(builder, name, "g", x));
        Port weights = builder.add(name + ".likeness", MatMul.of().transposingA(), theta, phi);
        weights = builder.add(name + ".softmax", new Softmax(2), weights);
        Port y = builder.add(name + ".mix", MatMul.of().transposingB(), g, weights);
        y = builder.add(name + ".maps", Reshape.of(inner, sample.size(1), sample.size(2)), y);
        y = builder.add(name + ".W", Conv2d.of(inner, channels, 1), y);
        if (batchNorm) {
            y = builder.add(name + ".bn", BatchNorm2d.of(channels), y);
        }
        return builder.add(name + ".add", new Add(), y, x);
    }

    private Port pooled(Network.Builder builder, String name, String part, Port x) {
        Port y = builder.add(name + "." + part, Conv2d.of(channels, inner, 1), x);
        return subsample ? builder.add(name + "." + part + "_pool", MaxPool2d.of(2, 2), y) : y;
    }

    /** [N, C, H, W] → [N, C, H·W]. */
    static Port positions(Network.Builder builder, String name, Port x) {
        return builder.add(name, Reshape.of(builder.sample(x).size(0), -1), x);
    }
}
