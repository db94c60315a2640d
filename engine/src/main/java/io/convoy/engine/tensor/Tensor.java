package io.convoy.engine.tensor;

/**
 * Off-heap float32 values under a shape, row-major: the element [n, c, h, w] of shape [N, C, H, W] is value
 * ((n·C + c)·H + h)·W + w of the span.
 */
public record Tensor(Shape shape, FloatSpan span) {
    public Tensor {
        if (shape.count() != span.length()) {
            throw new IllegalArgumentException("Tensor " + shape + " expects " + shape.count()
                    + " values, but its span has " + span.length() + ".");
        }
    }

    /** A tensor of zeros that lives in {@code arena}. */
    public static Tensor allocate(Arena arena, Shape shape) {
        return new Tensor(shape, arena.allocate(shape.count()));
    }

    /** A tensor of copied values that lives in {@code arena}. */
    public static Tensor copyOf(Arena arena, Shape shape, float... values) {
        if (shape.count() != values.length) {
            throw new IllegalArgumentException(
                    "Tensor " + shape + " expects " + shape.count() + " values, but it got " + values.length + ".");
        }
        Tensor tensor = allocate(arena, shape);
        tensor.span.write(0, values, 0, values.length);
        return tensor;
    }
}
