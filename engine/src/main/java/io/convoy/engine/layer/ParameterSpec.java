package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;

/**
 * A trainable parameter of a layer.
 *
 * @param name PyTorch's name inside the layer: {@code weight}, {@code bias}
 * @param shape its sizes
 * @param initializer how it is drawn before the first step
 */
public record ParameterSpec(String name, Shape shape, Initializer initializer) {}
