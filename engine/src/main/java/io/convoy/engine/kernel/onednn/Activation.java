package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.Celu;
import io.convoy.engine.layer.Elu;
import io.convoy.engine.layer.Gelu;
import io.convoy.engine.layer.Hardsigmoid;
import io.convoy.engine.layer.Hardswish;
import io.convoy.engine.layer.LeakyRelu;
import io.convoy.engine.layer.Mish;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Relu6;
import io.convoy.engine.layer.Scale;
import io.convoy.engine.layer.Selu;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.layer.Silu;
import io.convoy.engine.layer.Softplus;
import io.convoy.engine.layer.Swish;
import io.convoy.engine.layer.Tanh;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A function of each value alone, y = outer · f(inner · x). Where oneDNN can take the gradient from the output, it does, and
 * the input's memory is free early.
 *
 * @param what the layer's name, for messages
 * @param algorithm oneDNN's name for f
 * @param fromOutput oneDNN's name for the same f with the gradient from its result, or the same where it has none
 * @param alpha f's first constant
 * @param beta f's second constant
 * @param inner factor in front of f
 * @param outer factor behind f
 */
public record Activation(
        String what, int algorithm, int fromOutput, double alpha, double beta, double inner, double outer)
        implements Kernel {
    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_SCALE = 1.0507009873554805;

    private static Activation of(Object layer, int algorithm, double alpha, double beta) {
        return new Activation(layer.toString(), algorithm, algorithm, alpha, beta, 1, 1);
    }

    private static Activation fromOutput(Object layer, int algorithm, int fromOutput, double alpha, double beta) {
        return new Activation(layer.toString(), algorithm, fromOutput, alpha, beta, 1, 1);
    }

    public static Activation of(Relu layer) {
        return fromOutput(layer, dnnl.dnnl_eltwise_relu, dnnl.dnnl_eltwise_relu_use_dst_for_bwd, 0, 0);
    }

    /** oneDNN's second clip is the one whose gradient is 0 at the upper bound, too. */
    public static Activation of(Relu6 layer) {
        return fromOutput(layer, dnnl.dnnl_eltwise_clip_v2, dnnl.dnnl_eltwise_clip_v2_use_dst_for_bwd, 0, 6);
    }

    /** The output has the input's sign if the slope is not below 0. */
    public static Activation of(LeakyRelu layer) {
        double slope = layer.negativeSlope();
        return slope >= 0
                ? fromOutput(layer, dnnl.dnnl_eltwise_relu, dnnl.dnnl_eltwise_relu_use_dst_for_bwd, slope, 0)
                : of(layer, dnnl.dnnl_eltwise_relu, slope, 0);
    }

    /** The output has the input's sign if alpha is not below 0. */
    public static Activation of(Elu layer) {
        return layer.alpha() >= 0
                ? fromOutput(layer, dnnl.dnnl_eltwise_elu, dnnl.dnnl_eltwise_elu_use_dst_for_bwd, layer.alpha(), 0)
                : of(layer, dnnl.dnnl_eltwise_elu, layer.alpha(), 0);
    }

    public static Activation of(Selu layer) {
        int elu = dnnl.dnnl_eltwise_elu;
        return new Activation(layer.toString(), elu, elu, SELU_ALPHA, 0, 1, SELU_SCALE);
    }

    public static Activation of(Celu layer) {
        int elu = dnnl.dnnl_eltwise_elu;
        return layer.alpha() == 1
                ? fromOutput(layer, elu, dnnl.dnnl_eltwise_elu_use_dst_for_bwd, 1, 0)
                : new Activation(layer.toString(), elu, elu, 1, 0, 1 / layer.alpha(), layer.alpha());
    }

    public static Activation of(Gelu layer) {
        boolean tanh = layer.approximate() == Gelu.Approximation.TANH;
        return of(layer, tanh ? dnnl.dnnl_eltwise_gelu_tanh : dnnl.dnnl_eltwise_gelu_erf, 0, 0);
    }

    public static Activation of(Silu layer) {
        return of(layer, dnnl.dnnl_eltwise_swish, 1, 0);
    }

    public static Activation of(Swish layer) {
        return of(layer, dnnl.dnnl_eltwise_swish, layer.beta(), 0);
    }

    public static Activation of(Mish layer) {
        return of(layer, dnnl.dnnl_eltwise_mish, 0, 0);
    }

    public static Activation of(Hardswish layer) {
        return of(layer, dnnl.dnnl_eltwise_hardswish, 1.0 / 6, 0.5);
    }

    public static Activation of(Hardsigmoid layer) {
        return of(layer, dnnl.dnnl_eltwise_hardsigmoid, 1.0 / 6, 0.5);
    }

    public static Activation of(Sigmoid layer) {
        return fromOutput(layer, dnnl.dnnl_eltwise_logistic, dnnl.dnnl_eltwise_logistic_use_dst_for_bwd, 0, 0);
    }

    public static Activation of(Tanh layer) {
        return fromOutput(layer, dnnl.dnnl_eltwise_tanh, dnnl.dnnl_eltwise_tanh_use_dst_for_bwd, 0, 0);
    }

    public static Activation of(Scale layer) {
        return of(layer, dnnl.dnnl_eltwise_linear, layer.factor(), 0);
    }

    /** The curve alone; a threshold that float32 can tell from it is laid over it by another kernel. */
    public static Activation of(Softplus layer) {
        return of(layer, dnnl.dnnl_eltwise_soft_relu, layer.beta(), 0);
    }

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value given = inVectorFriendlyLayout(emit, inputs.get(0));
        Value x = inner == 1 ? given : scaled(emit, given, inner, emit.value(given.layout()));
        Value f = emit.value(x.layout());
        Primitive.of(emit, what + " forward", forward(emit, what, algorithm, alpha, beta, x.layout()))
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_DST, f)
                .emit();
        Value y = outer == 1 ? f : scaled(emit, f, outer, new Value(f.layout(), f.buffer()));
        Value read = readsOutput() ? f : x;
        return Forward.of(
                y,
                (back, gradients, needed) -> needed.get(0)
                        ? List.of(new Gradient(backward(back, read, gradients.get(0)), true))
                        : Arrays.asList((Gradient) null));
    }

    /** Where blocks are padded, a function that makes something of 0 has no fast kernel. */
    private Value inVectorFriendlyLayout(Emitter emit, Value x) {
        boolean slow = forward(emit, what, algorithm, alpha, beta, x.layout()).isReference()
                || (emit.backward() && backward(emit, x.layout()).isReference());
        return slow ? emit.plain(x) : x;
    }

    private boolean readsOutput() {
        return fromOutput != algorithm;
    }

    /** The gradient in front of a ReLU whose output is {@code y}: in place where nobody else reads it. */
    static Value reluBackward(Emitter emit, Value y, Gradient gradient) {
        return of(new Relu()).backward(emit, y, gradient);
    }

    /** From f's result or from what f was taken of; in place where nobody else reads the gradient. */
    private Value backward(Emitter emit, Value read, Gradient gradient) {
        Value dy = emit.in(read.layout(), gradient.value());
        Value dx = gradient.exclusive() ? new Value(read.layout(), dy.buffer()) : emit.value(read.layout());
        Primitive.of(emit, what + " backward", backward(emit, read.layout()))
                .with(readsOutput() ? dnnl.DNNL_ARG_DST : dnnl.DNNL_ARG_SRC, read)
                .with(dnnl.DNNL_ARG_DIFF_DST, dy)
                .with(dnnl.DNNL_ARG_DIFF_SRC, dx)
                .emit();
        float factor = (float) (inner * outer);
        return factor == 1 ? dx : scaled(emit, dx, factor, new Value(dx.layout(), dx.buffer()));
    }

    private PrimitiveDescriptor backward(Emitter emit, MemoryLayout layout) {
        PrimitiveDescriptor forward = forward(emit, what, fromOutput, alpha, beta, layout);
        return PrimitiveDescriptor.create(
                emit.handles(),
                what + " backward of " + layout.shape(),
                (out, engine, attributes) -> dnnl.dnnl_eltwise_backward_primitive_desc_create(
                        out,
                        engine,
                        fromOutput,
                        layout.descriptor(),
                        layout.descriptor(),
                        layout.descriptor(),
                        (float) alpha,
                        (float) beta,
                        forward.descriptor(),
                        attributes));
    }

    private static PrimitiveDescriptor forward(
            Emitter emit, String what, int algorithm, double alpha, double beta, MemoryLayout layout) {
        return PrimitiveDescriptor.create(
                emit.handles(),
                what + " of " + layout.shape(),
                (out, engine, attributes) -> dnnl.dnnl_eltwise_forward_primitive_desc_create(
                        out,
                        engine,
                        emit.backward() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                        algorithm,
                        layout.descriptor(),
                        layout.descriptor(),
                        (float) alpha,
                        (float) beta,
                        attributes));
    }

    /** Overwrites {@code result}, which lies like {@code value} and may be in its memory, with factor · value. */
    private static Value scaled(Emitter emit, Value value, double factor, Value result) {
        String what = "scaling";
        Primitive.of(emit, what, forward(emit, what, dnnl.dnnl_eltwise_linear, factor, 0, value.layout()))
                .with(dnnl.DNNL_ARG_SRC, value)
                .with(dnnl.DNNL_ARG_DST, result)
                .emit();
        return result;
    }
}
