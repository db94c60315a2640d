package io.convoy.engine.program;

import io.convoy.engine.kernel.JavaLayer;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.KernelException;
import io.convoy.engine.kernel.PassThrough;
import io.convoy.engine.kernel.Reshaping;
import io.convoy.engine.kernel.java.AdaptivePooling;
import io.convoy.engine.kernel.java.AveragePooling;
import io.convoy.engine.kernel.java.Border;
import io.convoy.engine.kernel.java.ChannelWindow;
import io.convoy.engine.kernel.java.Deformation;
import io.convoy.engine.kernel.java.Dropping;
import io.convoy.engine.kernel.java.HardChoice;
import io.convoy.engine.kernel.java.JavaLayerKernel;
import io.convoy.engine.kernel.java.LogShares;
import io.convoy.engine.kernel.java.MaxPooling;
import io.convoy.engine.kernel.java.Reduction;
import io.convoy.engine.kernel.java.Repeated;
import io.convoy.engine.kernel.java.Resampling;
import io.convoy.engine.kernel.java.RowNormalization;
import io.convoy.engine.kernel.java.Scalars;
import io.convoy.engine.kernel.java.SharedSlope;
import io.convoy.engine.kernel.java.Threshold;
import io.convoy.engine.kernel.java.TransposedConvolution;
import io.convoy.engine.kernel.java.Unpooling;
import io.convoy.engine.kernel.onednn.Activation;
import io.convoy.engine.kernel.onednn.MatrixProduct;
import io.convoy.engine.kernel.onednn.NormalizedExponential;
import io.convoy.engine.kernel.onednn.ParametricActivation;
import io.convoy.engine.kernel.onednn.Parts;
import io.convoy.engine.kernel.onednn.Permutation;
import io.convoy.engine.kernel.onednn.Rearrangement;
import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Celu;
import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.DeformConv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Dropout2d;
import io.convoy.engine.layer.Elu;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Gelu;
import io.convoy.engine.layer.GroupNorm;
import io.convoy.engine.layer.HardAttention;
import io.convoy.engine.layer.Hardsigmoid;
import io.convoy.engine.layer.Hardswish;
import io.convoy.engine.layer.Identity;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LayerNorm;
import io.convoy.engine.layer.LeakyRelu;
import io.convoy.engine.layer.LearnedScalars;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.layer.LogSoftmax;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.MaxUnpool2d;
import io.convoy.engine.layer.Mish;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Permute;
import io.convoy.engine.layer.PixelShuffle;
import io.convoy.engine.layer.PixelUnshuffle;
import io.convoy.engine.layer.Prelu;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Relu6;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Scale;
import io.convoy.engine.layer.Selu;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.layer.Silu;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Softplus;
import io.convoy.engine.layer.Split;
import io.convoy.engine.layer.Swish;
import io.convoy.engine.layer.Tanh;
import io.convoy.engine.layer.Upsample;
import io.convoy.engine.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Which kernel computes which layer, for those that {@link FusedStep} doesn't join with their neighbours. */
final class KernelTable {
    private static final Map<Class<? extends Layer>, BiFunction<Layer, List<Shape>, Kernel>> KERNELS = new HashMap<>();

    static {
        put(AdaptiveAvgPool2d.class, (pool, outputs) -> AdaptivePooling.of(pool));
        put(AdaptiveMaxPool2d.class, (pool, outputs) -> AdaptivePooling.of(pool));
        put(AvgPool2d.class, (pool, outputs) -> new AveragePooling(pool));
        put(Relu.class, (relu, outputs) -> Activation.of(relu));
        put(Relu6.class, (relu, outputs) -> Activation.of(relu));
        put(Scale.class, (scale, outputs) -> Activation.of(scale));
        put(LeakyRelu.class, (relu, outputs) -> Activation.of(relu));
        put(
                Prelu.class,
                (relu, outputs) -> relu.parameterCount() == 1 ? new SharedSlope(relu) : new ParametricActivation(relu));
        put(Elu.class, (elu, outputs) -> Activation.of(elu));
        put(Selu.class, (selu, outputs) -> Activation.of(selu));
        put(Celu.class, (celu, outputs) -> Activation.of(celu));
        put(Gelu.class, (gelu, outputs) -> Activation.of(gelu));
        put(Silu.class, (silu, outputs) -> Activation.of(silu));
        put(Swish.class, (swish, outputs) -> Activation.of(swish));
        put(Mish.class, (mish, outputs) -> Activation.of(mish));
        put(Hardswish.class, (hardswish, outputs) -> Activation.of(hardswish));
        put(Hardsigmoid.class, (hardsigmoid, outputs) -> Activation.of(hardsigmoid));
        put(Sigmoid.class, (sigmoid, outputs) -> Activation.of(sigmoid));
        put(Tanh.class, (tanh, outputs) -> Activation.of(tanh));
        put(Softplus.class, (softplus, outputs) -> Threshold.of(softplus));
        put(Softmax.class, (softmax, outputs) -> NormalizedExponential.of(softmax));
        put(LogSoftmax.class, (softmax, outputs) -> new LogShares(softmax));
        put(LearnedScalars.class, (scalars, outputs) -> new Scalars(outputs.get(0)));
        put(Add.class, (add, outputs) -> new Repeated(false, outputs.get(0)));
        put(Multiply.class, (multiply, outputs) -> new Repeated(true, outputs.get(0)));
        put(ConvTranspose2d.class, (convolution, outputs) -> new TransposedConvolution(convolution));
        put(LocalResponseNorm.class, (norm, outputs) -> new ChannelWindow(norm));
        put(Identity.class, (identity, outputs) -> new PassThrough());
        put(Reshape.class, (reshape, outputs) -> new Reshaping(outputs.get(0)));
        put(Concat.class, (concat, outputs) -> Parts.of(concat));
        put(Split.class, (split, outputs) -> Parts.of(split));
        put(Slice.class, (slice, outputs) -> Parts.of(slice));
        put(Pad.class, (pad, outputs) -> new Border(pad, outputs.get(0)));
        put(ChannelShuffle.class, (shuffle, outputs) -> Rearrangement.of(shuffle, outputs.get(0)));
        put(PixelShuffle.class, (shuffle, outputs) -> Rearrangement.of(shuffle, outputs.get(0)));
        put(PixelUnshuffle.class, (shuffle, outputs) -> Rearrangement.of(shuffle, outputs.get(0)));
        put(Flatten.class, (flatten, outputs) -> new Reshaping(outputs.get(0)));
        put(HardAttention.class, (attention, outputs) -> new HardChoice(attention));
        put(MatMul.class, (product, outputs) -> new MatrixProduct(product));
        put(Permute.class, (permute, outputs) -> new Permutation(permute));
        put(Reduce.class, (reduce, outputs) -> new Reduction(reduce, outputs.get(0)));
        put(Dropout.class, (dropout, outputs) -> Dropping.of(dropout));
        put(Dropout2d.class, (dropout, outputs) -> Dropping.of(dropout));
        put(MaxPool2d.class, (pool, outputs) -> new MaxPooling(pool));
        put(MaxUnpool2d.class, (unpool, outputs) -> new Unpooling(unpool));
        put(GroupNorm.class, (norm, outputs) -> RowNormalization.of(norm));
        put(InstanceNorm2d.class, (norm, outputs) -> RowNormalization.of(norm));
        put(LayerNorm.class, (norm, outputs) -> RowNormalization.of(norm));
        put(DeformConv2d.class, (convolution, outputs) -> new Deformation(convolution));
        put(Upsample.class, (upsample, outputs) -> new Resampling(upsample));
    }

    private KernelTable() {}

    private static <L extends Layer> void put(Class<L> layer, BiFunction<L, List<Shape>, Kernel> kernel) {
        KERNELS.put(layer, (one, outputs) -> kernel.apply(layer.cast(one), outputs));
    }

    /**
     * The kernel of {@code layer}.
     *
     * @param node the node's name, for messages
     * @param outputs the shapes that the layer gives
     * @throws KernelException if nothing computes it
     */
    static Kernel kernel(String node, Layer layer, List<Shape> outputs) {
        BiFunction<Layer, List<Shape>, Kernel> known = KERNELS.get(layer.getClass());
        if (known != null) {
            return known.apply(layer, outputs);
        }
        if (layer instanceof JavaLayer own) {
            return new JavaLayerKernel(own);
        }
        throw new KernelException("Node " + node + " expects a layer that has a kernel, but " + layer
                + " has none. Maybe let it implement JavaLayer.");
    }
}
