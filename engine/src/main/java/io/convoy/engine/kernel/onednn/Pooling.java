package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Window;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * {@link MaxPool2d} and {@link AvgPool2d}, those that {@link #has} says.
 *
 * @param layer which of them
 * @param window where its taps lie
 * @param algorithm oneDNN's name for what is done with them
 * @param masks whether it also takes the gradient through the ReLU in front of it. The maximum of rectified values is 0 just
 *     where the ReLU lets no gradient through, so the mask can be laid over the small output instead of the large input.
 */
public record Pooling(Layer layer, Window window, int algorithm, boolean masks) implements Kernel {
    public static Pooling of(MaxPool2d layer, boolean masks) {
        return new Pooling(layer, layer.window(), dnnl.dnnl_pooling_max, masks);
    }

    public static Pooling of(AvgPool2d layer) {
        return new Pooling(
                layer,
                layer.window(),
                layer.countIncludePad() ? dnnl.dnnl_pooling_avg_include_padding : dnnl.dnnl_pooling_avg_exclude_padding,
                false);
    }

    /** Whether oneDNN has it in a fast version: without dilation, and without telling indices. */
    public static boolean has(MaxPool2d layer) {
        return layer.window().dilation().equals(Pair.of(1)) && !layer.returnIndices();
    }

    /**
     * Whether oneDNN divides as the layer does: it takes no other divisor than the number of taps, and where the border counts it
     * also counts what ceilMode adds beyond the border.
     */
    public static boolean has(AvgPool2d layer, Shape x) {
        Shape y = layer.outputs(List.of(x)).get(0);
        Window window = layer.window();
        return layer.divisorOverride() == null
                && (!layer.countIncludePad()
                        || (inside(
                                        x.size(2),
                                        y.size(2),
                                        window.kernel().height(),
                                        window.stride().height(),
                                        window.padding().height())
                                && inside(
                                        x.size(3),
                                        y.size(3),
                                        window.kernel().width(),
                                        window.stride().width(),
                                        window.padding().width())));
    }

    private static boolean inside(int length, int positions, int kernel, int stride, int padding) {
        return (long) (positions - 1) * stride + kernel <= length + 2L * padding;
    }

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = inputs.get(0);
        Shape result = layer.outputs(List.of(x.shape())).get(0);
        MemoryLayout any = MemoryLayout.any(emit.handles(), result, x.layout().precision());
        long[] after = paddingAfter(x.shape(), result);
        PrimitiveDescriptor forward = PrimitiveDescriptor.create(
                emit.handles(),
                layer + " of " + x.shape(),
                (out, engine, attributes) -> dnnl.dnnl_pooling_forward_primitive_desc_create(
                        out,
                        engine,
                        emit.backward() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                        algorithm,
                        x.layout().descriptor(),
                        any.descriptor(),
                        strides(),
                        kernel(),
                        dilations(),
                        paddingBefore(),
                        after,
                        attributes));
        Value y = emit.value(forward.layout(dnnl.DNNL_ARG_DST, result));
        Primitive.Building call = Primitive.of(emit, layer + " forward", forward)
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_DST, y);
        Value workspace = forward.workspace(emit);
        call.withOptional(dnnl.DNNL_ARG_WORKSPACE, workspace).emit();
        return Forward.of(y, (back, gradients, needed) -> {
            if (!needed.get(0)) {
                return Arrays.asList((Gradient) null);
            }
            Gradient gradient = gradients.get(0);
            Value dy = masks ? Activation.reluBackward(back, y, gradient) : gradient.value();
            return List.of(new Gradient(backward(back, forward, x, y, dy, workspace, after), true));
        });
    }

    private Value backward(
            Emitter emit,
            PrimitiveDescriptor forward,
            Value x,
            Value y,
            Value gradient,
            @Nullable Value workspace,
            long[] after) {
        Value dy = emit.in(y.layout(), gradient);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(
                emit.handles(),
                layer + " backward of " + x.shape(),
                (out, engine, attributes) -> dnnl.dnnl_pooling_backward_primitive_desc_create(
                        out,
                        engine,
                        algorithm,
                        x.layout().descriptor(),
                        dy.layout().descriptor(),
                        strides(),
                        kernel(),
                        dilations(),
                        paddingBefore(),
                        after,
                        forward.descriptor(),
                        attributes));
        Value dx = emit.value(x.layout());
        Primitive.Building call = Primitive.of(emit, layer + " backward", descriptor)
                .with(dnnl.DNNL_ARG_DIFF_DST, dy)
                .with(dnnl.DNNL_ARG_DIFF_SRC, dx);
        call.withOptional(dnnl.DNNL_ARG_WORKSPACE, workspace).emit();
        return dx;
    }

    private long[] kernel() {
        return new long[] {window.kernel().height(), window.kernel().width()};
    }

    private long[] strides() {
        return new long[] {window.stride().height(), window.stride().width()};
    }

    /** oneDNN counts the gaps between taps. */
    private long[] dilations() {
        return new long[] {window.dilation().height() - 1L, window.dilation().width() - 1L};
    }

    private long[] paddingBefore() {
        return new long[] {window.padding().height(), window.padding().width()};
    }

    /** What oneDNN must add below and on the right so that it counts as many positions as ceilMode does. */
    private long[] paddingAfter(Shape x, Shape y) {
        return new long[] {
            after(
                    x.size(2),
                    y.size(2),
                    window.kernel().height(),
                    window.stride().height(),
                    window.padding().height(),
                    window.dilation().height()),
            after(
                    x.size(3),
                    y.size(3),
                    window.kernel().width(),
                    window.stride().width(),
                    window.padding().width(),
                    window.dilation().width())
        };
    }

    private static long after(int length, int positions, int kernel, int stride, int padding, int dilation) {
        return (long) (positions - 1) * stride + (long) dilation * (kernel - 1) + 1 - length - padding;
    }
}
