package io.convoy.engine.checkpoint;

import io.convoy.engine.tensor.Shape;

/**
 * A tensor's entry in the header of a safetensors file.
 *
 * @param name e.g. {@code conv1.weight}
 * @param type of its elements
 * @param shape its sizes, row-major; none for a scalar
 * @param begin its first byte, counted from the end of the header
 */
public record StoredTensor(String name, DataType type, Shape shape, long begin) {
    /** The bytes of all elements. */
    public long bytes() {
        return shape.count() * type.bytes();
    }

    /** One past its last byte, counted from the end of the header. */
    public long end() {
        return begin + bytes();
    }

    /** The type and the shape, e.g. {@code F32[6, 1, 5, 5]}. */
    String form() {
        return type + shape.toString();
    }
}
