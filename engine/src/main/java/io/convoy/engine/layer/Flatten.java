package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/** A batch of anything as a batch of vectors, in row-major order: [N, …] → [N, product of the rest]. */
public record Flatten() implements Layer {
    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        if (x.rank() < 2) {
            throw new ShapeException("Flatten expects [N, …], but its input is " + x + ".");
        }
        return List.of(Shape.of(x.size(0), Math.toIntExact(x.sample().count())));
    }

    @Override
    public String toString() {
        return "Flatten";
    }
}
