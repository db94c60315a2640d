package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Tensors one behind the other along a dimension (Szegedy et al. 2015), equal in all other sizes. Along dimension 1:
 * [N, C₀, H, W], [N, C₁, H, W], … → [N, C₀ + C₁ + …, H, W].
 *
 * @param inputCount how many there are
 * @param dim the dimension, 0 being the batch's; below 0 it counts from the end; default 1, the channels
 */
public record Concat(int inputCount, int dim) implements Layer {
    public Concat {
        Expect.atLeast(1, "Concat", "inputCount", inputCount);
    }

    /** Along the channels. */
    public static Concat of(int inputCount) {
        return new Concat(inputCount, 1);
    }

    @Override
    public int arity() {
        return inputCount;
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        if (inputs.size() != inputCount) {
            throw new ShapeException(this + " expects " + inputCount + " inputs, but it got " + inputs.size() + ".");
        }
        int[] sizes = inputs.get(0).toArray();
        int axis = Expect.axis(this, inputs.get(0), dim);
        for (Shape other : inputs.subList(1, inputs.size())) {
            boolean fits = other.rank() == sizes.length;
            for (int i = 0; fits && i < sizes.length; i++) {
                fits = i == axis || other.size(i) == sizes[i];
            }
            if (!fits) {
                throw new ShapeException(this + " expects inputs of one shape but for dimension " + axis
                        + ", but its inputs are " + inputs + ". Maybe a stride or a padding differs.");
            }
            sizes[axis] += other.size(axis);
        }
        return List.of(Shape.of(sizes));
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        Shape x = inputs.get(input);
        Reach reach = Reach.hasPlaces(x) ? Reach.SAME : Reach.WHOLE;
        return inputCount == 1 ? reach : reach.along(x, Expect.axis(this, x, dim), same -> AxisReach.WHOLE);
    }
}
