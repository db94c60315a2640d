package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Assembly;
import io.convoy.engine.kernel.Handles;
import io.convoy.engine.kernel.KernelException;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.OneDnn;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.tensor.Shape;
import java.util.function.Consumer;
import java.util.function.Function;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** An operation that oneDNN has agreed to do: which implementation, and how its tensors must lie. */
final class PrimitiveDescriptor {
    /** Calls one of oneDNN's {@code …_primitive_desc_create}. */
    @FunctionalInterface
    interface Creator {
        int create(dnnl_primitive_desc out, dnnl_engine engine, dnnl_primitive_attr attributes);
    }

    private final Handles handles;
    private final dnnl_primitive_desc descriptor;

    private PrimitiveDescriptor(Handles handles, dnnl_primitive_desc descriptor) {
        this.handles = handles;
        this.descriptor = descriptor;
    }

    static PrimitiveDescriptor create(Handles handles, String what, Creator creator) {
        return create(handles, what, postOperations -> {}, creator);
    }

    /** With {@code relu}, the maximum with 0 is taken of every result before it is written. */
    static PrimitiveDescriptor create(Handles handles, String what, boolean relu, Creator creator) {
        return create(handles, what, then(relu, dnnl.dnnl_eltwise_relu, 0), creator);
    }

    /** Every result is multiplied by {@code scale} before it is written. */
    static PrimitiveDescriptor scaled(Handles handles, String what, float scale, Creator creator) {
        return create(handles, what, then(scale != 1, dnnl.dnnl_eltwise_linear, scale), creator);
    }

    /** The operation in {@code wanted}; in float32 if oneDNN has only its slow reference for that. */
    static PrimitiveDescriptor fastest(Precision wanted, Function<Precision, PrimitiveDescriptor> operation) {
        PrimitiveDescriptor descriptor = operation.apply(wanted);
        return wanted != Precision.FLOAT32 && descriptor.isReference()
                ? operation.apply(Precision.FLOAT32)
                : descriptor;
    }

    private static Consumer<dnnl_post_ops> then(boolean wanted, int operation, float alpha) {
        return postOperations -> {
            if (wanted) {
                dnnl.dnnl_post_ops_append_eltwise(postOperations, operation, alpha, 0);
            }
        };
    }

    private static PrimitiveDescriptor create(
            Handles handles, String what, Consumer<dnnl_post_ops> postOperation, Creator creator) {
        dnnl_primitive_attr attributes = new dnnl_primitive_attr();
        dnnl.dnnl_primitive_attr_create(attributes);
        dnnl.dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl.dnnl_scratchpad_mode_user);
        dnnl_post_ops postOperations = new dnnl_post_ops();
        dnnl.dnnl_post_ops_create(postOperations);
        try {
            postOperation.accept(postOperations);
            dnnl.dnnl_primitive_attr_set_post_ops(attributes, postOperations);
            dnnl_primitive_desc descriptor = new dnnl_primitive_desc();
            int status = creator.create(descriptor, OneDnn.engine(), attributes);
            if (status != dnnl.dnnl_success) {
                throw new KernelException(
                        "oneDNN expects to be able to do a " + what + ", but it answered with status " + status + ".");
            }
            return handles.own(
                    new PrimitiveDescriptor(handles, descriptor), () -> dnnl.dnnl_primitive_desc_destroy(descriptor));
        } finally {
            dnnl.dnnl_post_ops_destroy(postOperations);
            dnnl.dnnl_primitive_attr_destroy(attributes);
        }
    }

    dnnl_primitive_desc descriptor() {
        return descriptor;
    }

    /** How the tensor of execution argument {@code argument} must lie. */
    MemoryLayout layout(int argument, Shape shape) {
        dnnl_memory_desc found = dnnl.dnnl_primitive_desc_query_md(descriptor, dnnl.dnnl_query_exec_arg_md, argument);
        return MemoryLayout.copyOf(handles, shape, found);
    }

    /** Bytes of the tensor of execution argument {@code argument}; 0 if the operation has none. */
    long bytes(int argument) {
        dnnl_memory_desc found = dnnl.dnnl_primitive_desc_query_md(descriptor, dnnl.dnnl_query_exec_arg_md, argument);
        return found == null || found.isNull() ? 0 : dnnl.dnnl_memory_desc_get_size(found);
    }

    /** Memory for what the forward primitive leaves to the backward one; null if it leaves nothing. */
    @Nullable
    Value workspace(Assembly assembly) {
        return bytes(dnnl.DNNL_ARG_WORKSPACE) == 0 ? null : assembly.value(layout(dnnl.DNNL_ARG_WORKSPACE, Shape.of()));
    }

    /** Whether it would run on oneDNN's slow reference. */
    boolean isReference() {
        return implementation().startsWith("ref");
    }

    /** oneDNN's name of the implementation, e.g. {@code brgconv:avx512_core}. */
    String implementation() {
        try (PointerPointer<BytePointer> name = new PointerPointer<>(1)) {
            dnnl.dnnl_primitive_desc_query(descriptor, dnnl.dnnl_query_impl_info_str, 0, name);
            return name.get(BytePointer.class, 0).getString();
        }
    }
}
