package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * The product of two tensors, value by value, as in squeeze-and-excitation (Hu et al. 2018): y = a · b. As in PyTorch, a size
 * of 1, or one that is missing in front, is repeated to the other's: [N, C, H, W] · [N, C, 1, 1] scales channels, [N, C, H, W] ·
 * [N, 1, H, W] places. The gradient of what is repeated is summed.
 */
public record Multiply() implements Layer {
    @Override
    public int arity() {
        return 2;
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        return List.of(Expect.together(this, inputs, ""));
    }

    @Override
    public String toString() {
        return "Multiply";
    }
}
