package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import org.bytedeco.dnnl.global.dnnl;

/** Sums and products of two tensors, of which the second may have sizes of 1 that are repeated. */
public final class Binary {
    private Binary() {}

    /** Overwrites {@code result}, which lies like {@code a} and may be {@code a}, with a + b. */
    public static void add(Emitter emit, Value a, Value b, Value result) {
        emit(emit, "sum", dnnl.dnnl_binary_add, a, b, result);
    }

    /** Overwrites {@code result}, which lies like {@code a} and may be {@code a}, with a · b. */
    public static void multiply(Emitter emit, Value a, Value b, Value result) {
        emit(emit, "product", dnnl.dnnl_binary_mul, a, b, result);
    }

    /** Whether oneDNN has more than its slow reference for {@code a} as it lies and {@code b}, whose sizes of 1 are repeated. */
    public static boolean isFast(Emitter emit, Value a, Value b) {
        MemoryLayout right =
                MemoryLayout.plain(emit.handles(), ofRank(b.shape(), a.shape().rank()));
        return !descriptor(emit, "product", dnnl.dnnl_binary_mul, a.layout(), right)
                .isReference();
    }

    /** A vector, one value a channel, as it has to be for a tensor of {@code rank} dimensions: [1, C, 1, …]. */
    public static Value channels(Emitter emit, Value vector, int rank) {
        int[] sizes = new int[rank];
        Arrays.fill(sizes, 1);
        sizes[1] = vector.shape().size(0);
        return new Value(MemoryLayout.plain(emit.handles(), Shape.of(sizes)), vector.buffer());
    }

    private static void emit(Emitter emit, String what, int algorithm, Value a, Value b, Value result) {
        Value right = b.shape().equals(a.shape())
                ? emit.in(a.layout(), b)
                : ofRank(emit, b, a.shape().rank());
        Primitive.of(emit, what, descriptor(emit, what, algorithm, a.layout(), right.layout()))
                .with(dnnl.DNNL_ARG_SRC_0, a)
                .with(dnnl.DNNL_ARG_SRC_1, right)
                .with(dnnl.DNNL_ARG_DST, result)
                .emit();
    }

    private static PrimitiveDescriptor descriptor(
            Emitter emit, String what, int algorithm, MemoryLayout left, MemoryLayout right) {
        return PrimitiveDescriptor.create(
                emit.handles(),
                what + " of " + left.shape(),
                (out, engine, attributes) -> dnnl.dnnl_binary_primitive_desc_create(
                        out, engine, algorithm, left.descriptor(), right.descriptor(), left.descriptor(), attributes));
    }

    private static Value ofRank(Emitter emit, Value value, int rank) {
        return new Value(
                MemoryLayout.plain(emit.handles(), ofRank(value.shape(), rank)),
                emit.plain(value).buffer());
    }

    /** With sizes of 1 in front. */
    private static Shape ofRank(Shape shape, int rank) {
        int[] sizes = new int[rank];
        Arrays.fill(sizes, 1);
        int missing = rank - shape.rank();
        System.arraycopy(shape.toArray(), 0, sizes, missing, rank - missing);
        return Shape.of(sizes);
    }
}
