package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Handles;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * {@link Linear}, with a ReLU behind it if {@code relu}. It also takes feature maps [N, C, H, W] whose C·H·W is the layer's
 * {@code in}, so that a Flatten in front of it costs nothing.
 *
 * @param layer its configuration
 * @param relu whether y is max(·, 0) of the product
 */
public record Dense(Linear layer, boolean relu) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Handles handles = emit.handles();
        Value input = inputs.get(0);
        Shape weight = weightShape(input.shape());
        Shape y = Shape.of(input.shape().size(0), layer.out());
        MemoryLayout plainY = MemoryLayout.plain(handles, y);
        PrimitiveDescriptor forward = PrimitiveDescriptor.fastest(
                emit.precision(), precision -> forward(emit, input.shape(), weight, plainY, precision));
        Value x = emit.in(forward.layout(dnnl.DNNL_ARG_SRC, input.shape()), input);
        Value result = emit.value(plainY);
        Primitive.of(emit, layer + " forward", forward)
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_WEIGHTS, emit.parameter("weight", forward.layout(dnnl.DNNL_ARG_WEIGHTS, weight)))
                .with(dnnl.DNNL_ARG_DST, result)
                .withOptional(dnnl.DNNL_ARG_BIAS, layer.bias() ? emit.parameter("bias") : null)
                .emit();
        return Forward.of(
                result,
                (back, gradients, needed) -> backward(back, forward, x, result, gradients.get(0), needed.get(0)));
    }

    private PrimitiveDescriptor forward(Emitter emit, Shape x, Shape weight, MemoryLayout y, Precision precision) {
        Handles handles = emit.handles();
        MemoryLayout anyX = MemoryLayout.any(handles, x, precision);
        MemoryLayout anyW = MemoryLayout.any(handles, weight, precision);
        dnnl_memory_desc bias = biasDescriptor(handles);
        return PrimitiveDescriptor.create(
                handles,
                layer + " of " + x,
                relu,
                (out, engine, attributes) -> dnnl.dnnl_inner_product_forward_primitive_desc_create(
                        out,
                        engine,
                        emit.backward() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                        anyX.descriptor(),
                        anyW.descriptor(),
                        bias,
                        y.descriptor(),
                        attributes));
    }

    private List<@Nullable Gradient> backward(
            Emitter emit, PrimitiveDescriptor forward, Value x, Value y, Gradient gradient, boolean needed) {
        Value dy = relu ? Activation.reluBackward(emit, y, gradient) : emit.in(y.layout(), gradient.value());
        backwardWeights(emit, forward, x, dy);
        return needed ? List.of(backwardData(emit, forward, x, dy)) : Arrays.asList((Gradient) null);
    }

    private Gradient backwardData(Emitter emit, PrimitiveDescriptor forward, Value x, Value dy) {
        Shape weight = weightShape(x.shape());
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.fastest(
                emit.precision(), precision -> dataGradient(emit.handles(), forward, x.shape(), weight, dy, precision));
        Value dx = emit.value(descriptor.layout(dnnl.DNNL_ARG_DIFF_SRC, x.shape()));
        Primitive.of(emit, layer + " backward data", descriptor)
                .with(dnnl.DNNL_ARG_DIFF_DST, emit.in(descriptor.layout(dnnl.DNNL_ARG_DIFF_DST, dy.shape()), dy))
                .with(dnnl.DNNL_ARG_WEIGHTS, emit.parameter("weight", descriptor.layout(dnnl.DNNL_ARG_WEIGHTS, weight)))
                .with(dnnl.DNNL_ARG_DIFF_SRC, dx)
                .emit();
        return new Gradient(dx, true);
    }

    private PrimitiveDescriptor dataGradient(
            Handles handles, PrimitiveDescriptor forward, Shape x, Shape weight, Value dy, Precision precision) {
        MemoryLayout anyX = MemoryLayout.any(handles, x);
        MemoryLayout anyW = MemoryLayout.any(handles, weight, precision);
        MemoryLayout wantedY = gradient(handles, dy, precision);
        return PrimitiveDescriptor.create(
                handles,
                layer + " backward data of " + x,
                (out, engine, attributes) -> dnnl.dnnl_inner_product_backward_data_primitive_desc_create(
                        out,
                        engine,
                        anyX.descriptor(),
                        anyW.descriptor(),
                        wantedY.descriptor(),
                        forward.descriptor(),
                        attributes));
    }

    private void backwardWeights(Emitter emit, PrimitiveDescriptor forward, Value x, Value dy) {
        Shape weight = weightShape(x.shape());
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.fastest(
                emit.precision(),
                precision -> weightGradient(emit.handles(), forward, x.shape(), weight, dy, precision));
        new WeightGradient(layer.toString(), descriptor, weight, layer.bias()).emit(emit, x, dy);
    }

    private PrimitiveDescriptor weightGradient(
            Handles handles, PrimitiveDescriptor forward, Shape x, Shape weight, Value dy, Precision precision) {
        MemoryLayout anyX = MemoryLayout.any(handles, x, precision);
        MemoryLayout anyW = MemoryLayout.any(handles, weight);
        MemoryLayout wantedY = gradient(handles, dy, precision);
        dnnl_memory_desc bias = biasDescriptor(handles);
        return PrimitiveDescriptor.create(
                handles,
                layer + " backward weights of " + x,
                (out, engine, attributes) -> dnnl.dnnl_inner_product_backward_weights_primitive_desc_create(
                        out,
                        engine,
                        anyX.descriptor(),
                        anyW.descriptor(),
                        bias,
                        wantedY.descriptor(),
                        forward.descriptor(),
                        attributes));
    }

    /** As it lies, where it needn't be rounded anyway. */
    private static MemoryLayout gradient(Handles handles, Value dy, Precision precision) {
        return precision == Precision.FLOAT32 ? dy.layout() : MemoryLayout.any(handles, dy.shape(), precision);
    }

    private Shape weightShape(Shape x) {
        return x.rank() == 4
                ? Shape.of(layer.out(), x.size(1), x.size(2), x.size(3))
                : Shape.of(layer.out(), layer.in());
    }

    private @Nullable dnnl_memory_desc biasDescriptor(Handles handles) {
        return layer.bias() ? MemoryLayout.plain(handles, Shape.of(layer.out())).descriptor() : null;
    }
}
