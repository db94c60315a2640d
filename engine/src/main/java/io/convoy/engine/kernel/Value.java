package io.convoy.engine.kernel;

import io.convoy.engine.tensor.Shape;

/**
 * A tensor of a program under construction: how it lies, and in which memory. A value is written once; one that overwrites
 * another in place is a new value in the same buffer.
 */
public final class Value {
    private final MemoryLayout layout;
    private final Buffer buffer;

    public Value(MemoryLayout layout, Buffer buffer) {
        this.layout = layout;
        this.buffer = buffer;
    }

    public MemoryLayout layout() {
        return layout;
    }

    public Buffer buffer() {
        return buffer;
    }

    public Shape shape() {
        return layout.shape();
    }
}
