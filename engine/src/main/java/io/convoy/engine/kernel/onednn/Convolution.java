package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Folded;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Handles;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * {@link Conv2d}, with a BatchNorm by running statistics behind it if there is {@code behind}, and with a ReLU behind that if
 * {@code relu}.
 *
 * @param layer its configuration
 * @param behind the BatchNorm, for programs without a way back
 * @param relu whether y is max(·, 0) of the convolution
 * @param masked whether the gradient arrives with the ReLU's zeros in it, see {@link Pooling#masks()}
 */
public record Convolution(Conv2d layer, @Nullable Behind behind, boolean relu, boolean masked) implements Kernel {
    /**
     * A BatchNorm.
     *
     * @param layer its configuration
     * @param scope under which it has its parameters
     */
    public record Behind(BatchNorm2d layer, String scope) {}

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Handles handles = emit.handles();
        Value input = inputs.get(0);
        Shape y = layer.outputs(List.of(input.shape())).get(0);
        int purpose = emit.backward() || !seesInput(input.shape(), y) || isStripOfOneChannel(y)
                ? dnnl.dnnl_forward_training
                : dnnl.dnnl_forward_inference;
        PrimitiveDescriptor forward = PrimitiveDescriptor.fastest(
                emit.precision(), precision -> forward(handles, input.shape(), y, purpose, precision));
        Value x = emit.in(forward.layout(dnnl.DNNL_ARG_SRC, input.shape()), input);
        MemoryLayout wantedW = forward.layout(dnnl.DNNL_ARG_WEIGHTS, weightShape());
        Folded folded = behind == null ? null : emit.folded(behind.layer(), behind.scope(), wantedW);
        Value bias = folded != null ? folded.bias() : layer.bias() ? emit.parameter("bias") : null;
        Value result = emit.value(forward.layout(dnnl.DNNL_ARG_DST, y));
        Primitive.of(emit, layer + " forward", forward)
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_WEIGHTS, folded != null ? folded.weight() : emit.parameter("weight", wantedW))
                .with(dnnl.DNNL_ARG_DST, result)
                .withOptional(dnnl.DNNL_ARG_BIAS, bias)
                .emit();
        return Forward.of(
                result,
                (back, gradients, needed) -> backward(back, forward, x, result, gradients.get(0), needed.get(0)));
    }

    private PrimitiveDescriptor forward(Handles handles, Shape x, Shape y, int purpose, Precision precision) {
        MemoryLayout anyX = MemoryLayout.any(handles, x, precision);
        MemoryLayout anyW = MemoryLayout.any(handles, weightShape(), precision);
        MemoryLayout anyY = MemoryLayout.any(handles, y, precision);
        dnnl_memory_desc bias = biasDescriptor(handles);
        return PrimitiveDescriptor.create(
                handles,
                layer + " of " + x,
                relu,
                (out, engine, attributes) -> dnnl.dnnl_convolution_forward_primitive_desc_create(
                        out,
                        engine,
                        purpose,
                        dnnl.dnnl_convolution_direct,
                        anyX.descriptor(),
                        anyW.descriptor(),
                        bias,
                        anyY.descriptor(),
                        strides(),
                        dilations(),
                        paddingBefore(),
                        paddingAfter(),
                        attributes));
    }

    /**
     * Whether any window meets the input, along both axes. With strides or dilations the taps may step over a small input from
     * border to border. Where all do, oneDNN 3.11's implementation for inference reads beyond its memory and crashes, the one that
     * it takes for training doesn't.
     */
    private boolean seesInput(Shape x, Shape y) {
        return meets(x, y, 2, Pair::height) && meets(x, y, 3, Pair::width);
    }

    /** oneDNN 3.11's implementation for inference gives other numbers than the layer's here. */
    private boolean isStripOfOneChannel(Shape y) {
        return layer.in() == 1 && y.size(3) == 1 && layer.stride().width() > 1;
    }

    private boolean meets(Shape x, Shape y, int axis, ToIntFunction<Pair> along) {
        for (int position = 0; position < y.size(axis); position++) {
            for (int tap = 0; tap < along.applyAsInt(layer.kernel()); tap++) {
                int at = position * along.applyAsInt(layer.stride())
                        + tap * along.applyAsInt(layer.dilation())
                        - along.applyAsInt(layer.padding());
                if (at >= 0 && at < x.size(axis)) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<@Nullable Gradient> backward(
            Emitter emit, PrimitiveDescriptor forward, Value x, Value y, Gradient gradient, boolean needed) {
        Value dy = relu && !masked ? Activation.reluBackward(emit, y, gradient) : gradient.value();
        backwardWeights(emit, forward, x, dy);
        return needed ? List.of(backwardData(emit, forward, x.shape(), dy)) : Arrays.asList((Gradient) null);
    }

    private Gradient backwardData(Emitter emit, PrimitiveDescriptor forward, Shape x, Value gradient) {
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.fastest(
                emit.precision(), precision -> dataGradient(emit.handles(), forward, x, gradient.shape(), precision));
        Value dx = emit.value(descriptor.layout(dnnl.DNNL_ARG_DIFF_SRC, x));
        Primitive.of(emit, layer + " backward data", descriptor)
                .with(
                        dnnl.DNNL_ARG_DIFF_DST,
                        emit.in(descriptor.layout(dnnl.DNNL_ARG_DIFF_DST, gradient.shape()), gradient))
                .with(
                        dnnl.DNNL_ARG_WEIGHTS,
                        emit.parameter("weight", descriptor.layout(dnnl.DNNL_ARG_WEIGHTS, weightShape())))
                .with(dnnl.DNNL_ARG_DIFF_SRC, dx)
                .emit();
        return new Gradient(dx, true);
    }

    /** In blocks where that is faster, and where oneDNN has more than its slow reference for them. */
    private PrimitiveDescriptor dataGradient(
            Handles handles, PrimitiveDescriptor forward, Shape x, Shape y, Precision precision) {
        PrimitiveDescriptor blocks = null;
        if (precision == Precision.FLOAT32 && LayoutRules.blocksOf8ForDataGradient(layer)) {
            blocks = dataGradient(
                    handles,
                    forward,
                    MemoryLayout.blockedBy8(handles, x),
                    MemoryLayout.blockedBy8(handles, y),
                    precision);
        } else if (precision == Precision.BFLOAT16 && LayoutRules.blocksForRoundedDataGradient(layer)) {
            blocks = dataGradient(
                    handles,
                    forward,
                    MemoryLayout.blocked(handles, x, precision),
                    MemoryLayout.blocked(handles, y, precision),
                    precision);
        }
        if (blocks != null && !blocks.isReference()) {
            return blocks;
        }
        return dataGradient(
                handles,
                forward,
                MemoryLayout.any(handles, x, precision),
                MemoryLayout.any(handles, y, precision),
                precision);
    }

    private PrimitiveDescriptor dataGradient(
            Handles handles, PrimitiveDescriptor forward, MemoryLayout x, MemoryLayout y, Precision precision) {
        MemoryLayout anyW = MemoryLayout.any(handles, weightShape(), precision);
        return PrimitiveDescriptor.create(
                handles,
                layer + " backward data of " + x.shape(),
                (out, engine, attributes) -> dnnl.dnnl_convolution_backward_data_primitive_desc_create(
                        out,
                        engine,
                        dnnl.dnnl_convolution_direct,
                        x.descriptor(),
                        anyW.descriptor(),
                        y.descriptor(),
                        strides(),
                        dilations(),
                        paddingBefore(),
                        paddingAfter(),
                        forward.descriptor(),
                        attributes));
    }

    private void backwardWeights(Emitter emit, PrimitiveDescriptor forward, Value x, Value gradient) {
        // In bfloat16, oneDNN 3.11 multiplies what it never wrote where a step is wider than the image.
        boolean narrow = x.shape().size(3) < layer.stride().width();
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.fastest(
                narrow ? Precision.FLOAT32 : emit.precision(),
                precision -> weightGradient(emit.handles(), forward, x.shape(), gradient.shape(), precision));
        new WeightGradient(layer.toString(), descriptor, weightShape(), layer.bias()).emit(emit, x, gradient);
    }

    private PrimitiveDescriptor weightGradient(
            Handles handles, PrimitiveDescriptor forward, Shape x, Shape y, Precision precision) {
        MemoryLayout wantedX = forWeightGradient(handles, x, precision);
        MemoryLayout anyW = MemoryLayout.any(handles, weightShape());
        MemoryLayout wantedY = forWeightGradient(handles, y, precision);
        dnnl_memory_desc bias = biasDescriptor(handles);
        return PrimitiveDescriptor.create(
                handles,
                layer + " backward weights of " + x,
                (out, engine, attributes) -> dnnl.dnnl_convolution_backward_weights_primitive_desc_create(
                        out,
                        engine,
                        dnnl.dnnl_convolution_direct,
                        wantedX.descriptor(),
                        anyW.descriptor(),
                        bias,
                        wantedY.descriptor(),
                        strides(),
                        dilations(),
                        paddingBefore(),
                        paddingAfter(),
                        forward.descriptor(),
                        attributes));
    }

    private MemoryLayout forWeightGradient(Handles handles, Shape shape, Precision precision) {
        return precision == Precision.FLOAT32 && LayoutRules.channelsLastForWeightGradient(layer)
                ? MemoryLayout.channelsLast(handles, shape)
                : MemoryLayout.any(handles, shape, precision);
    }

    /** oneDNN gives the groups a dimension of their own, in front; row-major memory is the same. */
    private Shape weightShape() {
        Pair kernel = layer.kernel();
        return layer.groups() == 1
                ? Shape.of(layer.out(), layer.in(), kernel.height(), kernel.width())
                : Shape.of(
                        layer.groups(),
                        layer.out() / layer.groups(),
                        layer.in() / layer.groups(),
                        kernel.height(),
                        kernel.width());
    }

    private @Nullable dnnl_memory_desc biasDescriptor(Handles handles) {
        return layer.bias() || behind != null
                ? MemoryLayout.plain(handles, Shape.of(layer.out())).descriptor()
                : null;
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

    private long[] paddingAfter() {
        return new long[] {layer.paddingAfter().height(), layer.paddingAfter().width()};
    }
}
