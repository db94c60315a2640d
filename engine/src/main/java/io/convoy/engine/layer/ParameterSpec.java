package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * A trainable parameter of a layer.
 *
 * @param name PyTorch's name inside the layer: {@code weight}, {@code bias}
 * @param shape its sizes
 * @param initializer how it is drawn before the first step
 */
public record ParameterSpec(String name, Shape shape, Initializer initializer) {
    /** A normalisation's {@code weight}, ones at first, and {@code bias}, zeros at first. */
    static List<ParameterSpec> scaleAndShift(Shape shape) {
        return List.of(
                new ParameterSpec("weight", shape, new Initializer.Constant(1)),
                new ParameterSpec("bias", shape, new Initializer.Constant(0)));
    }
}
