package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.ChannelSums;
import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Handles;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * {@link BatchNorm2d}, with a ReLU behind it if {@code relu}; the two are one primitive that keeps a bit an element.
 *
 * @param layer its configuration
 * @param relu whether y is max(·, 0) of the normalised values
 */
public record BatchNormalization(BatchNorm2d layer, boolean relu) implements Kernel {
    /**
     * Values up to which the weight's and bias's gradients are summed in float64. oneDNN adds them one after the other in float32,
     * which is half a unit of the sum of the magnitudes off after a hundred values. The second pass takes 1 ns a value, as long as
     * all of oneDNN's way back takes while everything lies in the cache: at most 16 µs a layer, where a step has little to do
     * anyway. On all tensors it would take 4 to 7 % of a residual network's step, for digits that training doesn't feel.
     */
    private static final long EXACT_VALUES = 1 << 14;

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Handles handles = emit.handles();
        boolean running = usesRunningStatistics(emit);
        Value x = emit.in(fastest(emit, inputs.get(0).layout()), inputs.get(0));
        PrimitiveDescriptor forward = forward(emit, x.layout());
        Value y = emit.value(x.layout());
        Value mean;
        Value variance;
        if (!layer.trackRunningStatistics()) {
            mean = emit.value(MemoryLayout.plain(handles, Shape.of(layer.channels())));
            variance = emit.value(mean.layout());
        } else if (running) {
            mean = emit.runningMean(layer.channels());
            variance = emit.runningVariance(layer.channels());
        } else {
            mean = emit.batchMean(layer.channels());
            variance = emit.batchVariance(layer.channels());
        }
        Primitive.Building call = Primitive.of(emit, layer + " forward", forward)
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_DST, y)
                .with(dnnl.DNNL_ARG_MEAN, mean)
                .with(dnnl.DNNL_ARG_VARIANCE, variance);
        if (layer.affine()) {
            call.with(dnnl.DNNL_ARG_SCALE, emit.parameter("weight")).with(dnnl.DNNL_ARG_SHIFT, emit.parameter("bias"));
        }
        Value workspace = forward.workspace(emit);
        call.withOptional(dnnl.DNNL_ARG_WORKSPACE, workspace).emit();
        return Forward.of(
                y,
                (back, gradients, needed) ->
                        backward(back, forward, x, y, mean, variance, workspace, gradients.get(0), needed.get(0)));
    }

    private List<@Nullable Gradient> backward(
            Emitter emit,
            PrimitiveDescriptor forward,
            Value x,
            Value y,
            Value mean,
            Value variance,
            @Nullable Value workspace,
            Gradient gradient,
            boolean needed) {
        Value dy = emit.in(x.layout(), gradient.value());
        PrimitiveDescriptor descriptor = backward(emit, forward, x.layout());
        boolean exact = layer.affine() && x.shape().count() <= EXACT_VALUES;
        if (exact) {
            ChannelSums.emit(
                    emit,
                    layer + " sums",
                    new ChannelSums.Maps(x, dy, relu ? y : null),
                    new ChannelSums.Statistics(mean, variance, layer.epsilon()),
                    emit.parameterGradient("weight"),
                    emit.parameterGradient("bias"));
        }
        Value dx = gradient.exclusive() ? new Value(x.layout(), dy.buffer()) : emit.value(x.layout());
        Primitive.Building call = Primitive.of(emit, layer + " backward", descriptor)
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_DIFF_DST, dy)
                .with(dnnl.DNNL_ARG_DIFF_SRC, dx)
                .with(dnnl.DNNL_ARG_MEAN, mean)
                .with(dnnl.DNNL_ARG_VARIANCE, variance);
        if (layer.affine()) {
            call.with(dnnl.DNNL_ARG_SCALE, emit.parameter("weight"))
                    .with(
                            dnnl.DNNL_ARG_DIFF_SCALE,
                            exact ? emit.value(mean.layout()) : emit.parameterGradient("weight"))
                    .with(dnnl.DNNL_ARG_DIFF_SHIFT, exact ? emit.value(mean.layout()) : emit.parameterGradient("bias"));
        }
        call.withOptional(dnnl.DNNL_ARG_WORKSPACE, workspace).emit();
        if (layer.affine()) {
            emit.parameterGradientDone("weight");
            emit.parameterGradientDone("bias");
        }
        return needed ? List.of(new Gradient(dx, true)) : Arrays.asList((Gradient) null);
    }

    private PrimitiveDescriptor forward(Emitter emit, MemoryLayout x) {
        return PrimitiveDescriptor.create(
                emit.handles(),
                layer + " of " + x.shape(),
                (out, engine, attributes) -> dnnl.dnnl_batch_normalization_forward_primitive_desc_create(
                        out,
                        engine,
                        emit.backward() || !usesRunningStatistics(emit)
                                ? dnnl.dnnl_forward_training
                                : dnnl.dnnl_forward_inference,
                        x.descriptor(),
                        x.descriptor(),
                        (float) layer.epsilon(),
                        flags(emit),
                        attributes));
    }

    private PrimitiveDescriptor backward(Emitter emit, PrimitiveDescriptor forward, MemoryLayout x) {
        return PrimitiveDescriptor.create(
                emit.handles(),
                layer + " backward of " + x.shape(),
                (out, engine, attributes) -> dnnl.dnnl_batch_normalization_backward_primitive_desc_create(
                        out,
                        engine,
                        layer.affine() ? dnnl.dnnl_backward : dnnl.dnnl_backward_data,
                        x.descriptor(),
                        x.descriptor(),
                        x.descriptor(),
                        (float) layer.epsilon(),
                        flags(emit),
                        forward.descriptor(),
                        attributes));
    }

    private boolean usesRunningStatistics(Emitter emit) {
        return layer.trackRunningStatistics() && !emit.training();
    }

    private int flags(Emitter emit) {
        return (usesRunningStatistics(emit) ? dnnl.dnnl_use_global_stats : 0)
                | (layer.affine() ? dnnl.dnnl_use_scale | dnnl.dnnl_use_shift : 0)
                | (relu ? dnnl.dnnl_fuse_norm_relu : 0);
    }

    /**
     * How the input has to lie: as it is, but in blocks where it is row-major, which is 4 to 13 times as slow. Where channels
     * don't fill the blocks, oneDNN has its slow reference alone for those, and another kernel for channels last.
     */
    private MemoryLayout fastest(Emitter emit, MemoryLayout x) {
        if (x.shape().rank() != 4) {
            return x;
        }
        Handles handles = emit.handles();
        MemoryLayout wanted = x.isRowMajor(handles) ? MemoryLayout.blocked(handles, x.shape(), x.precision()) : x;
        return Stream.of(
                        wanted,
                        MemoryLayout.channelsLast(handles, x.shape(), x.precision()),
                        MemoryLayout.channelsLast(handles, x.shape(), Precision.FLOAT32))
                .filter(layout -> isFast(emit, layout))
                .findFirst()
                .orElse(wanted);
    }

    private boolean isFast(Emitter emit, MemoryLayout x) {
        PrimitiveDescriptor forward = forward(emit, x);
        return !forward.isReference()
                && !(emit.backward() && backward(emit, forward, x).isReference());
    }
}
