package io.convoy.engine.tensor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * The owner of off-heap memory: everything allocated from an arena lives until the arena is closed. Memory is zeroed and
 * aligned to {@value #ALIGNMENT_BYTES} bytes, a cache line and the widest vector register.
 */
public final class Arena implements AutoCloseable {
    public static final int ALIGNMENT_BYTES = 64;

    static {
        NativeLibraries.prepare();
    }

    private final boolean touched;
    private final List<Pointer> blocks = new ArrayList<>();
    private long bytes;
    private volatile boolean closed;

    /** An arena whose memory is there when it has been allocated: what the system can't give it refuses at once. */
    public Arena() {
        this(true);
    }

    private Arena(boolean touched) {
        this.touched = touched;
    }

    /** An arena whose memory costs nothing until somebody writes to it, for plans that nobody runs. */
    public static Arena untouched() {
        return new Arena(false);
    }

    /** Allocates {@code length} zeros, at most {@link FloatSpan#MAX_LENGTH}. */
    public FloatSpan allocate(long length) {
        if (length < 0 || length > FloatSpan.MAX_LENGTH) {
            throw new IllegalArgumentException("Arena expects a span of 0 to " + FloatSpan.MAX_LENGTH
                    + " floats, but it was asked for " + length + ".");
        }
        return new FloatSpan(this, allocateBytes(length * Float.BYTES), (int) length);
    }

    /** Allocates {@code count} zeroed bytes and returns their address. */
    public synchronized long allocateBytes(long count) {
        requireOpen();
        if (count < 0) {
            throw new IllegalArgumentException("Arena expects at least 0 bytes, but it was asked for " + count + ".");
        }
        BytePointer block = new BytePointer(
                touched ? Pointer.malloc(count + ALIGNMENT_BYTES) : Pointer.calloc(1, count + ALIGNMENT_BYTES));
        if (block.isNull()) {
            throw new OutOfMemoryError("Arena expects " + count + " bytes of memory outside the Java heap, but the"
                    + " system refused them. Maybe a smaller microBatch, or more memory for the process"
                    + " (spark.executor.memoryOverhead), helps.");
        }
        blocks.add(block);
        bytes += count;
        long aligned = (block.address() + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
        if (touched) {
            Pointer.memset(block, 0, count + ALIGNMENT_BYTES);
        }
        return aligned;
    }

    /** The floats at an address that {@link #allocateBytes} of this arena covers. */
    public FloatSpan span(long address, int length) {
        requireOpen();
        return new FloatSpan(this, address, length);
    }

    /** The bytes allocated so far. */
    public synchronized long bytes() {
        return bytes;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("Arena expects to be open, but it has been closed.");
        }
    }

    /** Frees everything that was allocated; spans must not be used afterwards. */
    @Override
    public synchronized void close() {
        closed = true;
        blocks.forEach(Pointer::free);
        blocks.clear();
        bytes = 0;
    }
}
