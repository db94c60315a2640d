package io.convoy.engine.kernel;

import io.convoy.engine.tensor.Shape;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a tensor lie in memory, and in which {@link Precision}: oneDNN's memory descriptor. Plain is row-major
 * float32; anything else is internal to a program and made plain again before somebody outside looks.
 */
public final class MemoryLayout {
    /** Channels of a block. */
    public static final int BLOCK = 16;

    private final Shape shape;
    private final dnnl_memory_desc descriptor;

    private MemoryLayout(Shape shape, dnnl_memory_desc descriptor) {
        this.shape = shape;
        this.descriptor = descriptor;
    }

    /** Row-major, in float32. */
    public static MemoryLayout plain(Handles handles, Shape shape) {
        return rowMajor(handles, shape, Precision.FLOAT32);
    }

    private static MemoryLayout rowMajor(Handles handles, Shape shape, Precision precision) {
        long[] strides = new long[Math.max(1, shape.rank())];
        long stride = 1;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, shape.size(i));
        }
        return strided(handles, shape, strides, precision);
    }

    /** Dimension {@code axis} innermost, the others in row-major order, in float32. */
    public static MemoryLayout innermost(Handles handles, Shape shape, int axis) {
        long[] strides = new long[Math.max(1, shape.rank())];
        strides[axis] = 1;
        long stride = Math.max(1, shape.size(axis));
        for (int i = shape.rank() - 1; i >= 0; i--) {
            if (i != axis) {
                strides[i] = stride;
                stride *= Math.max(1, shape.size(i));
            }
        }
        return strided(handles, shape, strides);
    }

    /** Dimension i's neighbours {@code strides[i]} values apart, in float32. */
    public static MemoryLayout strided(Handles handles, Shape shape, long[] strides) {
        return strided(handles, shape, strides, Precision.FLOAT32);
    }

    private static MemoryLayout strided(Handles handles, Shape shape, long[] strides, Precision precision) {
        dnnl_memory_desc descriptor = new dnnl_memory_desc();
        OneDnn.check(
                dnnl.dnnl_memory_desc_create_with_strides(
                        descriptor, shape.rank(), sizes(shape), precision.dataType(), strides),
                "layout of " + shape + " in strides");
        return own(handles, shape, descriptor);
    }

    /**
     * Row-major float32 memory of {@code shape}, seen with its axes in another order: axis i of the view is axis {@code axes[i]} there.
     */
    public static MemoryLayout permuted(Handles handles, Shape shape, int... axes) {
        int[] sizes = new int[axes.length];
        long[] strides = new long[axes.length];
        for (int i = 0; i < axes.length; i++) {
            sizes[i] = shape.size(axes[i]);
            strides[i] = 1;
            for (int inner = axes[i] + 1; inner < shape.rank(); inner++) {
                strides[i] *= Math.max(1, shape.size(inner));
            }
        }
        Shape seen = Shape.of(sizes);
        dnnl_memory_desc descriptor = new dnnl_memory_desc();
        OneDnn.check(
                dnnl.dnnl_memory_desc_create_with_strides(descriptor, seen.rank(), sizes(seen), dnnl.dnnl_f32, strides),
                "permuted layout of " + shape);
        return own(handles, seen, descriptor);
    }

    /**
     * The same kind of layout for another shape, in the same precision: row-major, channels last, or in blocks that are full;
     * else row-major.
     */
    public MemoryLayout like(Handles handles, Shape other) {
        return like(handles, other, precision());
    }

    /** The same kind of layout for the same values in {@code wanted}, itself if they are. */
    public MemoryLayout in(Handles handles, Precision wanted) {
        return precision() == wanted ? this : like(handles, shape, wanted);
    }

    private MemoryLayout like(Handles handles, Shape other, Precision wanted) {
        if (shape.rank() == 4 && other.rank() == 4 && !isRowMajor(handles)) {
            if (isChannelsLast(handles)) {
                return tagged(handles, other, dnnl.dnnl_acdb, wanted);
            }
            if (other.size(1) % BLOCK == 0
                    && shape.size(1) % BLOCK == 0
                    && matches(tagged(handles, shape, dnnl.dnnl_aBcd16b, precision()))) {
                return tagged(handles, other, dnnl.dnnl_aBcd16b, wanted);
            }
        }
        return rowMajor(handles, other, wanted);
    }

    /** Whether it is row-major, in whatever precision. */
    public boolean isRowMajor(Handles handles) {
        return matches(rowMajor(handles, shape, precision()));
    }

    private boolean isChannelsLast(Handles handles) {
        return shape.rank() == 4 && matches(tagged(handles, shape, dnnl.dnnl_acdb, precision()));
    }

    /**
     * Of a tensor that lies so, the run of {@code part}'s size along {@code axis} that begins at {@code from}, in the tensor's own
     * memory; null if this layout is none that {@link #like} gives or the run would end inside of a block.
     */
    public @Nullable MemoryLayout part(Handles handles, Shape part, int axis, int from) {
        if (!matches(like(handles, shape))
                || (isBlocked(handles) && (part.size(1) % BLOCK != 0 || (axis == 1 && from % BLOCK != 0)))) {
            return null;
        }
        long[] offsets = new long[shape.rank()];
        offsets[axis] = from;
        return part(handles, part, offsets);
    }

    /** Of a tensor that lies so, without blocks, what begins at {@code offsets} and has {@code part}'s sizes, in its own memory. */
    public MemoryLayout part(Handles handles, Shape part, long... offsets) {
        dnnl_memory_desc run = new dnnl_memory_desc();
        OneDnn.check(
                dnnl.dnnl_memory_desc_create_submemory(run, descriptor, sizes(part), offsets),
                "part of a layout of " + shape);
        return own(handles, part, run);
    }

    private boolean isBlocked(Handles handles) {
        return !isRowMajor(handles) && !isChannelsLast(handles);
    }

    /** Whatever the primitive that is asked about it likes best, in float32; for descriptors of primitives only. */
    public static MemoryLayout any(Handles handles, Shape shape) {
        return any(handles, shape, Precision.FLOAT32);
    }

    /** The same for values of a precision. */
    public static MemoryLayout any(Handles handles, Shape shape, Precision precision) {
        return tagged(handles, shape, dnnl.dnnl_format_tag_any, precision);
    }

    /** Feature maps with the channels innermost, NHWC, in float32. */
    public static MemoryLayout channelsLast(Handles handles, Shape shape) {
        return channelsLast(handles, shape, Precision.FLOAT32);
    }

    /** The same for values of a precision. */
    public static MemoryLayout channelsLast(Handles handles, Shape shape, Precision precision) {
        return tagged(handles, shape, dnnl.dnnl_acdb, precision);
    }

    /** Feature maps in blocks of 16 channels, nChw16c: what oneDNN's vector kernels without a convolution like best; in float32. */
    public static MemoryLayout blocked(Handles handles, Shape shape) {
        return blocked(handles, shape, Precision.FLOAT32);
    }

    /** The same for values of a precision. */
    public static MemoryLayout blocked(Handles handles, Shape shape, Precision precision) {
        return tagged(handles, shape, dnnl.dnnl_aBcd16b, precision);
    }

    /** Feature maps in blocks of 8 channels, nChw8c, in float32. */
    public static MemoryLayout blockedBy8(Handles handles, Shape shape) {
        return tagged(handles, shape, dnnl.dnnl_aBcd8b, Precision.FLOAT32);
    }

    private static MemoryLayout tagged(Handles handles, Shape shape, int tag, Precision precision) {
        dnnl_memory_desc descriptor = new dnnl_memory_desc();
        OneDnn.check(
                dnnl.dnnl_memory_desc_create_with_tag(
                        descriptor, shape.rank(), sizes(shape), precision.dataType(), tag),
                "layout of " + shape);
        return own(handles, shape, descriptor);
    }

    /** A copy of a descriptor that belongs to somebody else. */
    public static MemoryLayout copyOf(Handles handles, Shape shape, dnnl_memory_desc foreign) {
        dnnl_memory_desc descriptor = new dnnl_memory_desc();
        OneDnn.check(dnnl.dnnl_memory_desc_clone(descriptor, foreign), "copy of a layout");
        return own(handles, shape, descriptor);
    }

    private static MemoryLayout own(Handles handles, Shape shape, dnnl_memory_desc descriptor) {
        return handles.own(new MemoryLayout(shape, descriptor), () -> dnnl.dnnl_memory_desc_destroy(descriptor));
    }

    private static long[] sizes(Shape shape) {
        long[] sizes = new long[shape.rank()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = shape.size(i);
        }
        return sizes;
    }

    public Shape shape() {
        return shape;
    }

    /** The type of the values. What primitives keep for themselves, such as scratchpads, has none. */
    public Precision precision() {
        try (IntPointer type = new IntPointer(1)) {
            OneDnn.check(dnnl.dnnl_memory_desc_query(descriptor, dnnl.dnnl_query_data_type, type), "type of a layout");
            return Precision.of(type.get());
        }
    }

    public dnnl_memory_desc descriptor() {
        return descriptor;
    }

    /** Bytes that a tensor in this layout takes, padding included. */
    public long bytes() {
        return dnnl.dnnl_memory_desc_get_size(descriptor);
    }

    /** Whether both lie alike. */
    public boolean matches(MemoryLayout other) {
        return dnnl.dnnl_memory_desc_equal(descriptor, other.descriptor) == 1;
    }
}
