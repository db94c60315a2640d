package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Assembly;
import io.convoy.engine.kernel.Value;
import org.bytedeco.dnnl.global.dnnl;

/** Copies a tensor into another layout. */
public final class Reorder {
    private Reorder() {}

    /** Adds a copy from {@code from} to {@code to}, which has the same shape. */
    public static void emit(Assembly assembly, Value from, Value to) {
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(
                assembly.handles(),
                "reorder of " + from.shape(),
                (out, engine, attributes) -> dnnl.dnnl_reorder_primitive_desc_create(
                        out, from.layout().descriptor(), engine, to.layout().descriptor(), engine, attributes));
        Primitive.of(assembly, "reorder", descriptor)
                .with(dnnl.DNNL_ARG_FROM, from)
                .with(dnnl.DNNL_ARG_TO, to)
                .emit();
    }
}
