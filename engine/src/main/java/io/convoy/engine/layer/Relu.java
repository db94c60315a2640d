package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/** Rectified linear unit (Nair and Hinton 2010): y = max(x, 0), any shape; the gradient at 0 is 0. */
public record Relu() implements Layer {
    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        return List.of(Expect.only(this, inputs));
    }

    @Override
    public String toString() {
        return "Relu";
    }
}
