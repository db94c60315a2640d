package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/** The sum of two tensors of one shape, as at the end of a residual block (He et al. 2016): y = a + b. */
public record Add() implements Layer {
    @Override
    public int arity() {
        return 2;
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        if (inputs.size() != 2 || !inputs.get(0).equals(inputs.get(1))) {
            throw new ShapeException("Add expects 2 inputs of one shape, but its inputs are " + inputs
                    + ". Maybe the shortcut needs a projection.");
        }
        return List.of(inputs.get(0));
    }

    @Override
    public String toString() {
        return "Add";
    }
}
