package io.convoy.engine.reference;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Celu;
import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.DeformConv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Dropout2d;
import io.convoy.engine.layer.Elu;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Gelu;
import io.convoy.engine.layer.GroupNorm;
import io.convoy.engine.layer.Hardsigmoid;
import io.convoy.engine.layer.Hardswish;
import io.convoy.engine.layer.Identity;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LayerNorm;
import io.convoy.engine.layer.LeakyRelu;
import io.convoy.engine.layer.LearnedScalars;
import io.convoy.engine.layer.Linear;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Every layer's reference, and how cases of the layer are drawn. */
public final class References {
    private record Entry(Reference<Layer> reference, Function<Draw, LayerCase> cases) {}

    private static final Map<Class<? extends Layer>, Entry> TABLE = new LinkedHashMap<>();

    static {
        one(Conv2d.class, Convolutions::conv2d, Convolutions::drawConv2d);
        one(ConvTranspose2d.class, Convolutions::convTranspose2d, Convolutions::drawConvTranspose2d);
        one(LocalResponseNorm.class, Normalisations::localResponseNorm, Normalisations::drawLocalResponseNorm);
        one(Linear.class, Convolutions::linear, Convolutions::drawLinear);
        several(MaxPool2d.class, Poolings::maximum, Poolings::drawMaximum);
        one(AvgPool2d.class, Poolings::average, Poolings::drawAverage);
        one(BatchNorm2d.class, Normalisations::batchNorm, Normalisations::drawBatchNorm);
        one(Relu.class, (relu, given) -> given.x().map(Scalar::relu), Structures.anywhere(draw -> new Relu()));
        one(
                Flatten.class,
                (flatten, given) -> given.x().reshaped(given.shape()),
                Structures.anywhere(draw -> new Flatten()));
        one(Add.class, Structures::add, Structures::drawAdd);
        one(MatMul.class, Structures::matMul, Structures::drawMatMul);
        one(Permute.class, Structures::permute, Structures::drawPermute);
        one(Reduce.class, Structures::reduce, Structures::drawReduce);
        one(
                LearnedScalars.class,
                (layer, given) ->
                        Scalars.of(given.shape(), at -> given.parameter("value").at(at[1])),
                Structures.anywhere(draw -> new LearnedScalars(draw.from(1, 3))));
        one(Identity.class, (identity, given) -> given.x(), Structures.anywhere(draw -> new Identity()));
        one(Reshape.class, (layer, given) -> given.x().reshaped(given.shape()), Rearrangements::drawReshape);
        one(ChannelShuffle.class, Rearrangements::channelShuffle, Rearrangements::drawChannelShuffle);
        one(Concat.class, Rearrangements::concat, Rearrangements::drawConcat);
        several(Split.class, Rearrangements::split, Rearrangements::drawSplit);
        one(Slice.class, Rearrangements::slice, Rearrangements::drawSlice);
        one(Multiply.class, Rearrangements::multiply, Rearrangements::drawMultiply);
        one(Pad.class, Rearrangements::pad, Rearrangements::drawPad);
        one(PixelShuffle.class, Rearrangements::pixelShuffle, Rearrangements::drawPixelShuffle);
        one(PixelUnshuffle.class, Rearrangements::pixelUnshuffle, Rearrangements::drawPixelUnshuffle);
        one(DeformConv2d.class, Rearrangements::deformable, Rearrangements::drawDeformable);
        several(AdaptiveMaxPool2d.class, Poolings::adaptiveMaximum, Poolings::drawAdaptiveMaximum);
        one(AdaptiveAvgPool2d.class, Poolings::adaptiveAverage, Poolings::drawAdaptiveAverage);
        one(MaxUnpool2d.class, Poolings::unpool, Poolings::drawUnpool);
        one(Upsample.class, Resamplings::upsample, Resamplings::drawUpsample);
        one(Dropout.class, Structures::dropout, Structures::drawDropout);
        one(Dropout2d.class, Structures::dropout2d, Structures::drawDropout2d);
        one(GroupNorm.class, Normalisations::groupNorm, Normalisations::drawGroupNorm);
        one(InstanceNorm2d.class, Normalisations::instanceNorm, Normalisations::drawInstanceNorm);
        one(LayerNorm.class, Normalisations::layerNorm, Normalisations::drawLayerNorm);
        each(LeakyRelu.class, Activations::leaky, draw -> new LeakyRelu(draw.among(0.01, 0.3, -0.2)));
        each(Scale.class, (layer, x) -> x.times(layer.factor()), draw -> new Scale(draw.among(0.17, 1.0, -2.0)));
        each(Relu6.class, (layer, x) -> Activations.relu6(x), draw -> new Relu6());
        each(Elu.class, Activations::elu, draw -> new Elu(draw.among(1.0, 0.5, 2.0, -0.5)));
        each(Selu.class, Activations::selu, draw -> new Selu());
        each(Celu.class, Activations::celu, draw -> new Celu(draw.among(1.0, 0.5, 2.0)));
        each(Gelu.class, Activations::gelu, draw -> new Gelu(draw.among(Gelu.Approximation.values())));
        each(Silu.class, (layer, x) -> x.times(x.sigmoid()), draw -> new Silu());
        each(Swish.class, Activations::swish, draw -> new Swish(draw.among(1.0, 1.7, -0.5)));
        each(Mish.class, (layer, x) -> Activations.mish(x), draw -> new Mish());
        each(Hardswish.class, (layer, x) -> x.times(Activations.hardsigmoid(x)), draw -> new Hardswish());
        each(Hardsigmoid.class, (layer, x) -> Activations.hardsigmoid(x), draw -> new Hardsigmoid());
        each(Sigmoid.class, (layer, x) -> x.sigmoid(), draw -> new Sigmoid());
        each(Tanh.class, (layer, x) -> x.tanh(), draw -> new Tanh());
        each(
                Softplus.class,
                Activations::softplus,
                draw -> new Softplus(draw.among(1.0, 0.5, 3.0), draw.among(20.0, 2.0)));
        one(Prelu.class, Activations::prelu, Activations::drawPrelu);
        one(Softmax.class, Activations::softmax, Activations.alongADimension(Softmax::new));
        one(LogSoftmax.class, Activations::logSoftmax, Activations.alongADimension(LogSoftmax::new));
    }

    private References() {}

    private static <L extends Layer> void each(
            Class<L> layer, BiFunction<L, Scalar, Scalar> function, Function<Draw, Layer> draw) {
        one(layer, Activations.each(function), Activations.widely(draw));
    }

    private static <L extends Layer> void one(
            Class<L> layer, Reference.One<L> reference, Function<Draw, LayerCase> cases) {
        several(layer, reference.alone(), cases);
    }

    private static <L extends Layer> void several(
            Class<L> layer, Reference<L> reference, Function<Draw, LayerCase> cases) {
        TABLE.put(layer, new Entry((any, given) -> reference.outputs(layer.cast(any), given), cases));
    }

    /** The layers that have a reference. */
    public static Set<Class<? extends Layer>> layers() {
        return Set.copyOf(TABLE.keySet());
    }

    static List<Scalars> outputs(Layer layer, Given given) {
        return entry(layer.getClass()).reference().outputs(layer, given);
    }

    /** Draws a case of a layer. */
    public static LayerCase draw(Class<? extends Layer> layer, Draw draw) {
        return entry(layer).cases().apply(draw);
    }

    private static Entry entry(Class<? extends Layer> layer) {
        Entry entry = TABLE.get(layer);
        if (entry == null) {
            throw new IllegalStateException("no reference for " + layer);
        }
        return entry;
    }
}
