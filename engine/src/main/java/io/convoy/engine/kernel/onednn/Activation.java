package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.Value;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;

/** {@link io.convoy.engine.layer.Relu}. Its gradient is taken from the output, so the input's memory is free early. */
public record Activation() implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = inputs.get(0);
        PrimitiveDescriptor descriptor = forwardDescriptor(emit, x);
        Value y = emit.value(x.layout());
        Primitive.of(emit, "Relu forward", descriptor)
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_DST, y)
                .emit();
        return Forward.of(
                y,
                (back, gradients, needed) -> needed.get(0)
                        ? List.of(new Gradient(reluBackward(back, y, gradients.get(0)), true))
                        : Arrays.asList((Gradient) null));
    }

    /** The gradient in front of a ReLU whose output is {@code y}: in place where nobody else reads it. */
    static Value reluBackward(Emitter emit, Value y, Gradient gradient) {
        Value dy = emit.in(y.layout(), gradient.value());
        Value dx = gradient.exclusive() ? new Value(y.layout(), dy.buffer()) : emit.value(y.layout());
        PrimitiveDescriptor forward = forwardDescriptor(emit, y);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(
                emit.handles(),
                "Relu backward of " + y.shape(),
                (out, engine, attributes) -> dnnl.dnnl_eltwise_backward_primitive_desc_create(
                        out,
                        engine,
                        dnnl.dnnl_eltwise_relu_use_dst_for_bwd,
                        y.layout().descriptor(),
                        y.layout().descriptor(),
                        y.layout().descriptor(),
                        0,
                        0,
                        forward.descriptor(),
                        attributes));
        Primitive.of(emit, "Relu backward", descriptor)
                .with(dnnl.DNNL_ARG_DST, y)
                .with(dnnl.DNNL_ARG_DIFF_DST, dy)
                .with(dnnl.DNNL_ARG_DIFF_SRC, dx)
                .emit();
        return dx;
    }

    private static PrimitiveDescriptor forwardDescriptor(Emitter emit, Value x) {
        return PrimitiveDescriptor.create(
                emit.handles(),
                "Relu of " + x.shape(),
                (out, engine, attributes) -> dnnl.dnnl_eltwise_forward_primitive_desc_create(
                        out,
                        engine,
                        emit.backward() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                        emit.backward() ? dnnl.dnnl_eltwise_relu_use_dst_for_bwd : dnnl.dnnl_eltwise_relu,
                        x.layout().descriptor(),
                        x.layout().descriptor(),
                        0,
                        0,
                        attributes));
    }
}
