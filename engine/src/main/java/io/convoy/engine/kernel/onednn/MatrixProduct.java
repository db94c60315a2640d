package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;

/**
 * {@link MatMul}. A transposed factor is read by its strides; results are written row-major, so a transposed factor's gradient
 * is computed as the transposed product.
 *
 * @param layer its configuration
 */
public record MatrixProduct(MatMul layer) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value a = seen(emit, inputs.get(0), layer.transposeA());
        Value b = seen(emit, inputs.get(1), layer.transposeB());
        Value y = product(emit, "forward", a, b);
        return Forward.of(y, (back, gradients, needed) -> {
            Value dy = back.plain(gradients.get(0).value());
            // dA = dy · bᵀ, dB = aᵀ · dy, and their transposes b · dyᵀ, dyᵀ · a.
            Value da = !needed.get(0)
                    ? null
                    : layer.transposeA()
                            ? product(back, "gradient of a", b, turned(back, dy))
                            : product(back, "gradient of a", dy, seen(back, inputs.get(1), !layer.transposeB()));
            Value db = !needed.get(1)
                    ? null
                    : layer.transposeB()
                            ? product(back, "gradient of b", turned(back, dy), a)
                            : product(back, "gradient of b", seen(back, inputs.get(0), !layer.transposeA()), dy);
            return Arrays.asList(
                    da == null ? null : new Gradient(da, true), db == null ? null : new Gradient(db, true));
        });
    }

    private static Value seen(Emitter emit, Value x, boolean transposed) {
        Value plain = emit.plain(x);
        return transposed ? turned(emit, plain) : plain;
    }

    /** Row-major matrices, seen transposed. */
    private static Value turned(Emitter emit, Value plain) {
        int rank = plain.shape().rank();
        int[] axes = new int[rank];
        Arrays.setAll(axes, i -> i);
        axes[rank - 2] = rank - 1;
        axes[rank - 1] = rank - 2;
        return new Value(MemoryLayout.permuted(emit.handles(), plain.shape(), axes), plain.buffer());
    }

    private Value product(Emitter emit, String what, Value a, Value b) {
        int[] sizes = a.shape().toArray();
        sizes[sizes.length - 1] = b.shape().size(sizes.length - 1);
        MemoryLayout result = MemoryLayout.plain(emit.handles(), Shape.of(sizes));
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.scaled(
                emit.handles(),
                layer + " " + what + " of " + a.shape() + " and " + b.shape(),
                (float) layer.scale(),
                (out, engine, attributes) -> dnnl.dnnl_matmul_primitive_desc_create(
                        out,
                        engine,
                        a.layout().descriptor(),
                        b.layout().descriptor(),
                        null,
                        result.descriptor(),
                        attributes));
        Value y = emit.value(result);
        Primitive.of(emit, layer + " " + what, descriptor)
                .with(dnnl.DNNL_ARG_SRC, a)
                .with(dnnl.DNNL_ARG_WEIGHTS, b)
                .with(dnnl.DNNL_ARG_DST, y)
                .emit();
        return y;
    }
}
