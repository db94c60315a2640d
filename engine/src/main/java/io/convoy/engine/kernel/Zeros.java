package io.convoy.engine.kernel;

import io.convoy.engine.tensor.FloatSpan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Overwrites a tensor with zeros, padding of its layout included. */
public final class Zeros implements Operation {
    private static final float[] CHUNK = new float[4096];

    private final Value value;
    private @Nullable FloatSpan span;

    private Zeros(Value value) {
        this.value = value;
    }

    /** Adds the operation. */
    public static void emit(Assembly assembly, Value value) {
        assembly.emit(new Zeros(value));
    }

    @Override
    public List<Value> touches() {
        return List.of(value);
    }

    @Override
    public void bind(Memory memory) {
        span = memory.floats(value);
    }

    @Override
    public void run() {
        FloatSpan bound = span;
        if (bound == null) {
            throw new IllegalStateException("Zeros expect to be bound first.");
        }
        for (int offset = 0; offset < bound.length(); offset += CHUNK.length) {
            bound.write(offset, CHUNK, 0, Math.min(CHUNK.length, bound.length() - offset));
        }
    }

    @Override
    public String toString() {
        return "zeros";
    }
}
