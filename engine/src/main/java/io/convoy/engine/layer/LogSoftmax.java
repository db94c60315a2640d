package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * The logarithm of {@link Softmax}, without the loss of digits where a share is small.
 *
 * <pre>y[…,i,…] = x[…,i,…] − ln Σ_j exp(x[…,j,…])</pre>
 *
 * @param dim the dimension that i and j count, 0 being the batch's; below 0 it counts from the end, −1 being the last
 */
public record LogSoftmax(int dim) implements Layer {
    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Expect.axis(this, Expect.only(this, inputs), dim);
        return List.of(inputs.get(0));
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        Shape x = inputs.get(0);
        return Reach.pointwise(x, x).along(x, Expect.axis(this, x, dim), same -> AxisReach.WHOLE);
    }
}
