package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/** A layer that makes each value of its output from the value at the same place of its one input, whatever its shape. */
public interface Elementwise extends Layer {
    @Override
    default List<Shape> outputs(List<Shape> inputs) {
        return List.of(Expect.only(this, inputs));
    }
}
