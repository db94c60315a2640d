package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * The sum of two tensors, as at the end of a residual block (He et al. 2016): y = a + b. As in PyTorch, a size of 1, or one that
 * is missing in front, is repeated to the other's.
 */
public record Add() implements Layer {
    @Override
    public int arity() {
        return 2;
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        return List.of(Expect.together(this, inputs, " Maybe the shortcut needs a projection."));
    }

    @Override
    public String toString() {
        return "Add";
    }
}
