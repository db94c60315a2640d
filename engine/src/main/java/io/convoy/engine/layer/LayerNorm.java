package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Layer normalisation (Ba et al. 2016): the last dimensions of each sample, or of each place in it, by their own mean and biased
 * variance, in training as in inference.
 *
 * <pre>y[…,i] = weight[i] · (x[…,i] − mean[…]) / √(variance[…] + epsilon) + bias[i],  x and y: […, normalizedShape]</pre>
 *
 * Parameters: {@code weight} [normalizedShape], ones at first; {@code bias} [normalizedShape], zeros at first.
 *
 * @param normalizedShape the last sizes of the input, e.g. [C, H, W]
 * @param epsilon added to the variance, above 0; default 1e-5
 * @param affine whether there is a weight; default true
 * @param bias whether there is a bias, with a weight only; default true
 */
public record LayerNorm(Shape normalizedShape, double epsilon, boolean affine, boolean bias) implements Layer {
    public LayerNorm {
        if (normalizedShape.rank() == 0 || normalizedShape.count() == 0) {
            throw new IllegalArgumentException(
                    "LayerNorm expects a normalizedShape of at least one value, but normalizedShape is "
                            + normalizedShape + ".");
        }
        Expect.epsilon("LayerNorm", epsilon);
        if (bias && !affine) {
            throw new IllegalArgumentException("LayerNorm expects a bias with a weight only, but affine is false.");
        }
    }

    /** Over the last sizes. */
    public static LayerNorm of(int... normalizedShape) {
        return new LayerNorm(Shape.of(normalizedShape), 1e-5, true, true);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        int before = x.rank() - normalizedShape.rank();
        if (before < 1
                || !Arrays.equals(
                        Arrays.copyOfRange(x.toArray(), Math.max(0, before), x.rank()), normalizedShape.toArray())) {
            throw new ShapeException(this + " expects a batch whose last sizes are " + normalizedShape
                    + ", but its input is " + x + ".");
        }
        return List.of(x);
    }

    @Override
    public List<ParameterSpec> parameters() {
        List<ParameterSpec> both = ParameterSpec.scaleAndShift(normalizedShape);
        return both.subList(0, bias ? 2 : affine ? 1 : 0);
    }

    @Override
    public boolean normalizes() {
        return true;
    }

    /** Mean and variance are those of all places along the dimensions that are normalised. */
    @Override
    public Reach reach(int input, List<Shape> inputs) {
        Shape x = inputs.get(0);
        Reach reach = Reach.pointwise(x, x);
        for (int axis = x.rank() - normalizedShape.rank(); axis < x.rank(); axis++) {
            reach = reach.along(x, axis, same -> AxisReach.WHOLE);
        }
        return reach;
    }

    @Override
    public String toString() {
        return "LayerNorm[normalizedShape=" + normalizedShape + "]";
    }
}
