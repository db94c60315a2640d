package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.LogSoftmax;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;

/**
 * {@link Softmax} and {@link LogSoftmax}, whose forward part is not exact to the last digits. The gradient is taken from the output.
 *
 * @param what the layer's name, for messages
 * @param algorithm oneDNN's name for it
 * @param dim the dimension along which the sum is taken; below 0 it counts from the end
 */
public record NormalizedExponential(String what, int algorithm, int dim) implements Kernel {
    public static NormalizedExponential of(Softmax layer) {
        return new NormalizedExponential(layer.toString(), dnnl.dnnl_softmax_accurate, layer.dim());
    }

    public static NormalizedExponential of(LogSoftmax layer) {
        return new NormalizedExponential(layer.toString(), dnnl.dnnl_softmax_log, layer.dim());
    }

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = inFastLayout(emit, inputs.get(0));
        Value y = emit.value(x.layout());
        Primitive.of(emit, what + " forward", forward(emit, x.layout()))
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_DST, y)
                .emit();
        return Forward.of(
                y,
                (back, gradients, needed) -> needed.get(0)
                        ? List.of(new Gradient(backward(back, y, gradients.get(0)), true))
                        : Arrays.asList((Gradient) null));
    }

    /** The gradient of the input, from the output and its gradient. */
    public Value backward(Emitter emit, Value output, Gradient gradient) {
        Value y = inFastLayout(emit, output);
        Value dx = emit.value(y.layout());
        Primitive.of(emit, what + " backward", backward(emit, y.layout()))
                .with(dnnl.DNNL_ARG_DST, y)
                .with(dnnl.DNNL_ARG_DIFF_DST, emit.in(y.layout(), gradient.value()))
                .with(dnnl.DNNL_ARG_DIFF_SRC, dx)
                .emit();
        return dx;
    }

    /** Shares are float32 always. The innermost dimension has fast kernels, others only in some layouts. */
    private Value inFastLayout(Emitter emit, Value given) {
        Value x = emit.in(given.layout().in(emit.handles(), Precision.FLOAT32), given);
        boolean slow = forward(emit, x.layout()).isReference()
                || (emit.backward() && backward(emit, x.layout()).isReference());
        return slow ? emit.in(MemoryLayout.innermost(emit.handles(), x.shape(), axis(x.shape())), x) : x;
    }

    private int axis(Shape x) {
        return Math.floorMod(dim, x.rank());
    }

    private PrimitiveDescriptor forward(Emitter emit, MemoryLayout layout) {
        return PrimitiveDescriptor.create(
                emit.handles(),
                what + " of " + layout.shape(),
                (out, engine, attributes) -> dnnl.dnnl_softmax_forward_primitive_desc_create(
                        out,
                        engine,
                        emit.backward() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                        algorithm,
                        layout.descriptor(),
                        layout.descriptor(),
                        axis(layout.shape()),
                        attributes));
    }

    private PrimitiveDescriptor backward(Emitter emit, MemoryLayout layout) {
        PrimitiveDescriptor forward = forward(emit, layout);
        return PrimitiveDescriptor.create(
                emit.handles(),
                what + " backward of " + layout.shape(),
                (out, engine, attributes) -> dnnl.dnnl_softmax_backward_primitive_desc_create(
                        out,
                        engine,
                        algorithm,
                        layout.descriptor(),
                        layout.descriptor(),
                        layout.descriptor(),
                        axis(layout.shape()),
                        forward.descriptor(),
                        attributes));
    }
}
