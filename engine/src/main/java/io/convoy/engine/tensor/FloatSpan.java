package io.convoy.engine.tensor;

import java.nio.FloatBuffer;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A contiguous run of off-heap float32 values that belongs to an {@link Arena}. A span may be sliced; slices share the
 * memory. Reads and writes are checked against the length and against a closed arena; native kernels are given
 * {@link #address()} and are not.
 */
public final class FloatSpan {
    /** The largest span that one {@link FloatBuffer} can view. */
    public static final long MAX_LENGTH = Integer.MAX_VALUE / Float.BYTES;

    private final Arena arena;
    private final long address;
    private final int length;
    private final FloatBuffer buffer;

    FloatSpan(Arena arena, long address, int length) {
        this.arena = arena;
        this.address = address;
        this.length = length;
        // JavaCPP takes a limit of 0 for an unknown one and would let the first float of an empty span be used.
        this.buffer = new At(address, length).asBuffer().limit(length);
    }

    /** The address of the first value, in bytes. */
    public long address() {
        return address;
    }

    /** The number of values. */
    public int length() {
        return length;
    }

    /** The {@code length} values from {@code offset} on, in the same memory. */
    public FloatSpan slice(int offset, int length) {
        Objects.checkFromIndexSize(offset, length, this.length);
        return new FloatSpan(arena, address + (long) offset * Float.BYTES, length);
    }

    public float get(int index) {
        arena.requireOpen();
        return buffer.get(index);
    }

    public void set(int index, float value) {
        arena.requireOpen();
        buffer.put(index, value);
    }

    /** Overwrites {@code length} values of {@code into} with the values from {@code offset} on. */
    public void read(int offset, float[] into, int intoOffset, int length) {
        arena.requireOpen();
        buffer.get(offset, into, intoOffset, length);
    }

    /** Overwrites the values from {@code offset} on with {@code length} values of {@code from}. */
    public void write(int offset, float[] from, int fromOffset, int length) {
        arena.requireOpen();
        buffer.put(offset, from, fromOffset, length);
    }

    /** A copy of all values. */
    public float[] toArray() {
        float[] copy = new float[length];
        read(0, copy, 0, length);
        return copy;
    }

    /** Overwrites every value. */
    public void fill(float value) {
        arena.requireOpen();
        for (int i = 0; i < length; i++) {
            buffer.put(i, value);
        }
    }

    /** A native pointer to somebody else's memory. */
    private static final class At extends FloatPointer {
        At(long address, long length) {
            super();
            this.address = address;
            this.position = 0;
            this.limit = length;
            this.capacity = length;
        }
    }
}
