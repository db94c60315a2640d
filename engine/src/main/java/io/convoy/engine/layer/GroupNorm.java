package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Group normalisation (Wu and He 2018): each sample's channels in groups, each group by its own mean and biased variance, in
 * training as in inference.
 *
 * <pre>y[n,c,…] = weight[c] · (x[n,c,…] − mean[n,g]) / √(variance[n,g] + epsilon) + bias[c],  x and y: [N, C, …], g = c's group</pre>
 *
 * Parameters: {@code weight} [C], ones at first; {@code bias} [C], zeros at first.
 *
 * @param groups how many, a divisor of {@code channels}
 * @param channels C
 * @param epsilon added to the variance, above 0; default 1e-5
 * @param affine whether weight and bias are there; default true
 */
public record GroupNorm(int groups, int channels, double epsilon, boolean affine) implements Layer {
    public GroupNorm {
        Expect.atLeast(1, "GroupNorm", "groups", groups);
        Expect.atLeast(1, "GroupNorm", "channels", channels);
        if (channels % groups != 0) {
            throw new IllegalArgumentException("GroupNorm expects channels to be a multiple of groups, but channels is "
                    + channels + " and groups is " + groups + ".");
        }
        Expect.epsilon("GroupNorm", epsilon);
    }

    public static GroupNorm of(int groups, int channels) {
        return new GroupNorm(groups, channels, 1e-5, true);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        if (x.rank() < 2 || x.size(1) != channels) {
            throw new ShapeException(this + " expects [N, " + channels + ", …], but its input is " + x + ".");
        }
        return List.of(x);
    }

    @Override
    public List<ParameterSpec> parameters() {
        return affine ? ParameterSpec.scaleAndShift(Shape.of(channels)) : List.of();
    }

    @Override
    public boolean normalizes() {
        return true;
    }

    /** Mean and variance are those of all places. */
    @Override
    public Reach reach(int input, List<Shape> inputs) {
        return Reach.WHOLE;
    }

    @Override
    public String toString() {
        return "GroupNorm[groups=" + groups + ", channels=" + channels + "]";
    }
}
