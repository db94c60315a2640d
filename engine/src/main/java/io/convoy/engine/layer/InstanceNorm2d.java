package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Instance normalisation (Ulyanov et al. 2016): each feature map of each sample by its own mean and biased variance, in training
 * as in inference; it keeps no running statistics.
 *
 * <pre>y[n,c,h,w] = weight[c] · (x[n,c,h,w] − mean[n,c]) / √(variance[n,c] + epsilon) + bias[c],  x and y: [N, C, H, W]</pre>
 *
 * Parameters: {@code weight} [C], ones at first; {@code bias} [C], zeros at first.
 *
 * @param channels C
 * @param epsilon added to the variance, above 0; default 1e-5
 * @param affine whether weight and bias are there; default false
 */
public record InstanceNorm2d(int channels, double epsilon, boolean affine) implements Layer {
    public InstanceNorm2d {
        Expect.atLeast(1, "InstanceNorm2d", "channels", channels);
        Expect.epsilon("InstanceNorm2d", epsilon);
    }

    public static InstanceNorm2d of(int channels) {
        return new InstanceNorm2d(channels, 1e-5, false);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.featureMaps(this, inputs);
        if (x.size(1) != channels) {
            throw new ShapeException(this + " expects [N, " + channels + ", H, W], but its input is " + x + ".");
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
        return "InstanceNorm2d[channels=" + channels + "]";
    }
}
