package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Handles;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.tensor.Shape;
import org.bytedeco.dnnl.global.dnnl;

/**
 * {@link ConvTranspose2d} without its bias. It is a convolution from y's shape to x's, whose weights are row-major as they are,
 * run backwards: forward is that one's data gradient, the data gradient is that one's forward.
 *
 * @param layer its configuration
 * @param x the input's shape
 * @param y the output's shape
 */
public record ConvolutionBackwards(ConvTranspose2d layer, Shape x, Shape y) {
    /** The output. */
    public Value forward(Emitter emit, Value input) {
        Handles handles = emit.handles();
        PrimitiveDescriptor hint = convolution(emit);
        MemoryLayout anyX = MemoryLayout.any(handles, x);
        MemoryLayout anyW = MemoryLayout.any(handles, weightShape());
        MemoryLayout anyY = MemoryLayout.any(handles, y);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(
                handles,
                layer + " of " + x,
                (out, engine, attributes) -> dnnl.dnnl_convolution_backward_data_primitive_desc_create(
                        out,
                        engine,
                        dnnl.dnnl_convolution_direct,
                        anyY.descriptor(),
                        anyW.descriptor(),
                        anyX.descriptor(),
                        strides(),
                        dilations(),
                        paddingBefore(),
                        paddingAfter(),
                        hint.descriptor(),
                        attributes));
        Value result = emit.value(descriptor.layout(dnnl.DNNL_ARG_DIFF_SRC, y));
        Primitive.of(emit, layer + " forward", descriptor)
                .with(dnnl.DNNL_ARG_DIFF_DST, emit.in(descriptor.layout(dnnl.DNNL_ARG_DIFF_DST, x), input))
                .with(
                        dnnl.DNNL_ARG_WEIGHTS,
                        emit.parameter("weight", descriptor.layout(dnnl.DNNL_ARG_WEIGHTS, weightShape())))
                .with(dnnl.DNNL_ARG_DIFF_SRC, result)
                .emit();
        return result;
    }

    /** The gradient of the input. */
    public Value backwardData(Emitter emit, Value dy) {
        PrimitiveDescriptor descriptor = convolution(emit);
        Value dx = emit.value(descriptor.layout(dnnl.DNNL_ARG_DST, x));
        Primitive.of(emit, layer + " backward data", descriptor)
                .with(dnnl.DNNL_ARG_SRC, emit.in(descriptor.layout(dnnl.DNNL_ARG_SRC, y), dy))
                .with(
                        dnnl.DNNL_ARG_WEIGHTS,
                        emit.parameter("weight", descriptor.layout(dnnl.DNNL_ARG_WEIGHTS, weightShape())))
                .with(dnnl.DNNL_ARG_DST, dx)
                .emit();
        return dx;
    }

    /** Overwrites the gradient of the weights. */
    public void backwardWeights(Emitter emit, Value input, Value dy) {
        Handles handles = emit.handles();
        PrimitiveDescriptor hint = convolution(emit);
        MemoryLayout anyX = MemoryLayout.any(handles, x);
        MemoryLayout anyW = MemoryLayout.any(handles, weightShape());
        MemoryLayout anyY = MemoryLayout.any(handles, y);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(
                handles,
                layer + " backward weights of " + x,
                (out, engine, attributes) -> dnnl.dnnl_convolution_backward_weights_primitive_desc_create(
                        out,
                        engine,
                        dnnl.dnnl_convolution_direct,
                        anyY.descriptor(),
                        anyW.descriptor(),
                        null,
                        anyX.descriptor(),
                        strides(),
                        dilations(),
                        paddingBefore(),
                        paddingAfter(),
                        hint.descriptor(),
                        attributes));
        new WeightGradient(layer.toString(), descriptor, weightShape(), false).emit(emit, dy, input);
    }

    private PrimitiveDescriptor convolution(Emitter emit) {
        Handles handles = emit.handles();
        MemoryLayout anyX = MemoryLayout.any(handles, x);
        MemoryLayout anyW = MemoryLayout.any(handles, weightShape());
        MemoryLayout anyY = MemoryLayout.any(handles, y);
        return PrimitiveDescriptor.create(
                handles,
                layer + " backward data of " + x,
                (out, engine, attributes) -> dnnl.dnnl_convolution_forward_primitive_desc_create(
                        out,
                        engine,
                        dnnl.dnnl_forward_training,
                        dnnl.dnnl_convolution_direct,
                        anyY.descriptor(),
                        anyW.descriptor(),
                        null,
                        anyX.descriptor(),
                        strides(),
                        dilations(),
                        paddingBefore(),
                        paddingAfter(),
                        attributes));
    }

    private Shape weightShape() {
        Pair kernel = layer.kernel();
        return layer.groups() == 1
                ? Shape.of(layer.in(), layer.out(), kernel.height(), kernel.width())
                : Shape.of(
                        layer.groups(),
                        layer.in() / layer.groups(),
                        layer.out() / layer.groups(),
                        kernel.height(),
                        kernel.width());
    }

    private long[] strides() {
        return new long[] {layer.stride().height(), layer.stride().width()};
    }

    /** oneDNN counts the gaps between taps. */
    private long[] dilations() {
        return new long[] {layer.dilation().height() - 1L, layer.dilation().width() - 1L};
    }

    private long[] paddingBefore() {
        return new long[] {layer.padding().height(), layer.padding().width()};
    }

    /** What is added to the output below a step is rest that no window of the convolution reaches. */
    private long[] paddingAfter() {
        return new long[] {
            after(
                    layer.padding().height(),
                    layer.outputPadding().height(),
                    layer.stride().height()),
            after(
                    layer.padding().width(),
                    layer.outputPadding().width(),
                    layer.stride().width())
        };
    }

    private static long after(int padding, int added, int stride) {
        return added < stride ? padding : (long) padding - added;
    }
}
