package io.convoy.engine.onnx;

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
import io.convoy.engine.layer.Interpolation;
import io.convoy.engine.layer.Interpolation.Border;
import io.convoy.engine.layer.Interpolation.Cubic;
import io.convoy.engine.layer.Interpolation.Nearest;
import io.convoy.engine.layer.Interpolation.Rounding;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LayerNorm;
import io.convoy.engine.layer.LeakyRelu;
import io.convoy.engine.layer.LearnedScalars;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.layer.LogSoftmax;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Mish;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Padding;
import io.convoy.engine.layer.Pair;
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
import io.convoy.engine.layer.Upsample.Coordinates;
import io.convoy.engine.layer.Window;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;

/** Layers with several configurations each, and shapes of samples they can take. */
final class Layers {
    /** A layer and its inputs. */
    record Case(Layer layer, List<Shape> samples) {
        @Override
        public String toString() {
            return record(layer) + " on " + samples;
        }

        /** All components, where the layer's own text leaves some out. */
        private static String record(Layer layer) {
            StringBuilder text = new StringBuilder(layer.getClass().getSimpleName()).append('[');
            for (var component : layer.getClass().getRecordComponents()) {
                try {
                    text.append(text.charAt(text.length() - 1) == '[' ? "" : ", ")
                            .append(component.getName())
                            .append('=')
                            .append(component.getAccessor().invoke(layer));
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError("A record's component can't be read", e);
                }
            }
            return text.append(']').toString();
        }
    }

    private static final Shape MAPS = Shape.of(4, 7, 9);

    private static final Shape VECTOR = Shape.of(12);

    private Layers() {}

    private static Case on(Layer layer, Shape... samples) {
        return new Case(layer, List.of(samples));
    }

    static Stream<Case> all() {
        return Stream.of(convolutions(), pools(), normalizations(), activations(), structures(), resampling())
                .flatMap(cases -> cases);
    }

    private static Pair pair(int height, int width) {
        return new Pair(height, width);
    }

    private static Stream<Case> convolutions() {
        return Stream.of(
                on(Conv2d.of(4, 6, 3), MAPS),
                on(Conv2d.of(4, 6, 3).withoutBias().withStride(2).withPadding(1), MAPS),
                on(Conv2d.of(4, 8, pair(3, 2)).withPadding(Padding.SAME).withDilation(2), MAPS),
                on(
                        Conv2d.of(4, 8, pair(1, 3))
                                .withPadding(new Padding.Sides(pair(0, 2), pair(1, 0)))
                                .withStride(pair(2, 1)),
                        MAPS),
                on(Conv2d.of(4, 8, 3).withGroups(2).withPadding(1), MAPS),
                on(Conv2d.of(4, 4, 3).withGroups(4).withDilation(2), MAPS),
                on(ConvTranspose2d.of(4, 6, 3, 2), MAPS),
                on(
                        ConvTranspose2d.of(4, 6, 3, 2)
                                .withPadding(1)
                                .withOutputPadding(1)
                                .withoutBias(),
                        MAPS),
                on(ConvTranspose2d.of(4, 6, 2, 3).withOutputPadding(2).withGroups(2), MAPS),
                on(ConvTranspose2d.of(4, 4, 3, 1).withDilation(2).withGroups(4), MAPS),
                on(DeformConv2d.of(4, 6, 3).withPadding(1), MAPS, Shape.of(18, 7, 9)),
                on(
                        DeformConv2d.of(4, 6, 3)
                                .withMask()
                                .withStride(2)
                                .withOffsetGroups(2)
                                .withoutBias(),
                        MAPS,
                        Shape.of(36, 3, 4),
                        Shape.of(18, 3, 4)),
                on(
                        DeformConv2d.of(4, 6, 2).withMask().withDilation(2).withGroups(2),
                        MAPS,
                        Shape.of(8, 5, 7),
                        Shape.of(4, 5, 7)),
                on(Linear.of(12, 5), VECTOR),
                on(new Linear(12, 5, false), VECTOR),
                on(MatMul.of(), Shape.of(2, 3, 4), Shape.of(2, 4, 5)),
                on(MatMul.of().transposingA().withScale(0.3), Shape.of(4, 3), Shape.of(4, 5)),
                on(MatMul.of().transposingA().transposingB(), Shape.of(4, 3), Shape.of(5, 4)),
                on(MatMul.of().transposingB(), Shape.of(2, 3, 4), Shape.of(2, 5, 4)));
    }

    private static Window window(Pair kernel, Pair stride, Pair padding, boolean ceilMode) {
        return new Window(kernel, stride, padding, Pair.of(1), ceilMode);
    }

    private static Stream<Case> pools() {
        return Stream.of(
                on(MaxPool2d.of(2, 2), MAPS),
                on(MaxPool2d.of(3, 2, 1), MAPS),
                on(new MaxPool2d(window(Pair.of(2), Pair.of(2), Pair.of(0), true)), MAPS),
                on(new MaxPool2d(window(Pair.of(3), Pair.of(2), Pair.of(0), true)), Shape.of(4, 8, 6)),
                on(new MaxPool2d(window(pair(2, 3), pair(3, 2), pair(1, 1), true)), MAPS),
                on(new MaxPool2d(window(Pair.of(2), Pair.of(3), Pair.of(1), true)), Shape.of(2, 6, 6)),
                on(new MaxPool2d(new Window(Pair.of(2), Pair.of(1), Pair.of(1), Pair.of(2), false)), MAPS),
                on(new MaxPool2d(new Window(Pair.of(3), Pair.of(2), Pair.of(1), Pair.of(2), true)), MAPS),
                on(AvgPool2d.of(2, 2), MAPS),
                on(new AvgPool2d(window(Pair.of(3), Pair.of(1), Pair.of(1), false), true), MAPS),
                on(new AvgPool2d(window(Pair.of(3), Pair.of(2), Pair.of(1), false), false), MAPS),
                on(new AvgPool2d(window(Pair.of(2), Pair.of(2), Pair.of(0), false), false), Shape.of(4, 8, 6)),
                on(new AvgPool2d(window(Pair.of(2), Pair.of(2), Pair.of(0), true), true), MAPS),
                on(new AvgPool2d(window(Pair.of(3), Pair.of(2), Pair.of(1), true), true), Shape.of(4, 8, 6)),
                on(new AvgPool2d(window(Pair.of(3), Pair.of(2), Pair.of(1), true), false), Shape.of(4, 8, 6)),
                on(new AvgPool2d(window(Pair.of(2), Pair.of(3), Pair.of(1), true), true), Shape.of(2, 6, 6)),
                on(new AvgPool2d(window(Pair.of(3), Pair.of(2), Pair.of(1), true), true, 5), Shape.of(4, 8, 6)),
                on(new AvgPool2d(window(Pair.of(2), Pair.of(2), Pair.of(0), false), true, 3), MAPS),
                on(AdaptiveAvgPool2d.of(1), MAPS),
                on(AdaptiveAvgPool2d.of(7), Shape.of(4, 7, 7)),
                on(new AdaptiveAvgPool2d(pair(2, 3)), Shape.of(4, 8, 6)),
                on(new AdaptiveAvgPool2d(pair(3, 4)), MAPS),
                on(AdaptiveAvgPool2d.of(7), Shape.of(4, 2, 1)),
                on(AdaptiveMaxPool2d.of(1), MAPS),
                on(AdaptiveMaxPool2d.of(3), Shape.of(4, 6, 9)),
                on(new AdaptiveMaxPool2d(pair(5, 2), false), MAPS));
    }

    private static Stream<Case> normalizations() {
        return Stream.of(
                on(BatchNorm2d.of(4), MAPS),
                on(new BatchNorm2d(12, 1e-3, 0.01, false), VECTOR),
                on(new BatchNorm2d(4, 1e-3, 0.2, false).withCumulativeStatistics(), MAPS),
                on(GroupNorm.of(2, 4), MAPS),
                on(new GroupNorm(4, 4, 1e-2, false), MAPS),
                on(GroupNorm.of(3, 12), VECTOR),
                on(InstanceNorm2d.of(4), MAPS),
                on(new InstanceNorm2d(4, 1e-2, true), MAPS),
                on(new InstanceNorm2d(4, 1e-2, 0.2, true, true), MAPS),
                on(InstanceNorm2d.of(4).withRunningStatistics(), MAPS),
                on(LayerNorm.of(4, 7, 9), MAPS),
                on(LayerNorm.of(9), MAPS),
                on(new LayerNorm(Shape.of(12), 1e-2, false, false), VECTOR),
                on(new LayerNorm(Shape.of(7, 9), 1e-5, true, false), MAPS),
                on(LocalResponseNorm.of(3), MAPS),
                on(new LocalResponseNorm(5, 0.5, 0.6, 2), MAPS));
    }

    private static Stream<Case> activations() {
        return Stream.of(
                on(new Relu(), MAPS),
                on(new Relu6(), Shape.of(5)),
                on(new LeakyRelu(), MAPS),
                on(new LeakyRelu(0.3), VECTOR),
                on(new Elu(), MAPS),
                on(new Elu(1.7), MAPS),
                on(new Celu(0.6), MAPS),
                on(new Selu(), MAPS),
                on(new Gelu(), MAPS),
                on(new Gelu(Gelu.Approximation.TANH), VECTOR),
                on(new Hardsigmoid(), MAPS),
                on(new Hardswish(), MAPS),
                on(new Mish(), MAPS),
                on(new Sigmoid(), MAPS),
                on(new Silu(), MAPS),
                on(new Swish(1.5), MAPS),
                on(new Scale(0.17), MAPS),
                on(new Softplus(), MAPS),
                on(new Softplus(2.5, 20), MAPS),
                on(new Softplus(2, 0.5), MAPS),
                on(new Tanh(), MAPS),
                on(new Prelu(), MAPS),
                on(Prelu.of(4), MAPS),
                on(Prelu.of(12), VECTOR),
                on(Prelu.of(4), Shape.of(4, 5)),
                on(new Softmax(1), MAPS),
                on(new Softmax(-1), MAPS),
                on(new Softmax(2), MAPS),
                on(new Softmax(0), VECTOR),
                on(new LogSoftmax(1), VECTOR),
                on(new LogSoftmax(-2), MAPS));
    }

    private static Stream<Case> structures() {
        return Stream.of(
                on(new Add(), MAPS, MAPS),
                on(new Add(), MAPS, Shape.of(1, 1, 9)),
                on(new Multiply(), MAPS, Shape.of(4, 1, 1)),
                on(new Multiply(), MAPS, MAPS),
                on(Concat.of(3), MAPS, Shape.of(2, 7, 9), MAPS),
                on(new Concat(2, -1), MAPS, MAPS),
                on(new Concat(2, 0), MAPS, MAPS),
                on(new Dropout(0.4, false), MAPS),
                on(new Dropout2d(0.4), MAPS),
                on(new Identity(), MAPS),
                on(new Flatten(), MAPS),
                on(new Flatten(), VECTOR),
                on(Reshape.of(-1, 3), MAPS),
                on(Reshape.of(2, 2, 63), MAPS),
                on(Permute.of(0, 3, 1, 2), MAPS),
                on(Permute.of(0, 2, 1), Shape.of(3, 4)),
                on(Reduce.mean(2, 3), MAPS),
                on(Reduce.max(1).withoutDims(), MAPS),
                on(Reduce.sum(1, 3), MAPS),
                on(Pad.zeros(1, 2, 0, 3), MAPS),
                on(new Pad(List.of(1, -2), Pad.Mode.CONSTANT, 0.5), MAPS),
                on(Pad.reflect(2, 1, 3, 0), MAPS),
                on(Pad.replicate(2, 1, 3, 0), MAPS),
                on(new Pad(List.of(0, 0, 0, 0, 1, 2), Pad.Mode.CONSTANT, -1), MAPS),
                on(new Slice(1, 1, 3), MAPS),
                on(new Slice(-1, -4, Slice.END), MAPS),
                on(new Slice(3, 0, -2), MAPS),
                on(new Slice(2, 1, Slice.END, 2), MAPS),
                on(new Slice(-1, 0, Slice.END, 3), MAPS),
                on(Split.of(1, 3), MAPS),
                on(new Split(List.of(2, 4, 1), 2), MAPS),
                on(new ChannelShuffle(2), MAPS),
                on(new ChannelShuffle(3), VECTOR),
                on(new PixelShuffle(2), MAPS),
                on(new PixelUnshuffle(3), Shape.of(2, 6, 9)),
                on(new LearnedScalars(3), MAPS));
    }

    private static Stream<Case> resampling() {
        return Stream.of(
                on(Upsample.by(Upsample.Mode.NEAREST, 2), MAPS),
                on(Upsample.by(Upsample.Mode.NEAREST, 0.5), MAPS),
                on(Upsample.toSize(Upsample.Mode.NEAREST, 10, 5), MAPS),
                on(Upsample.by(Upsample.Mode.BILINEAR, 2), MAPS),
                on(Upsample.by(Upsample.Mode.BILINEAR, 1.3), MAPS),
                on(Upsample.toSize(Upsample.Mode.BILINEAR, 10, 5), MAPS),
                on(Upsample.toSize(Upsample.Mode.BILINEAR, 10, 5).withAlignedCorners(), MAPS),
                on(Upsample.by(Upsample.Mode.BILINEAR, 1.3).withAlignedCorners(), MAPS),
                on(Upsample.by(Upsample.Mode.BICUBIC, 2), MAPS),
                on(Upsample.toSize(Upsample.Mode.BICUBIC, 10, 5), MAPS),
                on(Upsample.toSize(Upsample.Mode.BICUBIC, 10, 5).withAlignedCorners(), MAPS),
                on(Upsample.by(Upsample.Mode.NEAREST_EXACT, 1.5), MAPS),
                on(Upsample.toSize(Upsample.Mode.NEAREST_EXACT, 10, 5), MAPS),
                on(Upsample.toSize(Upsample.Mode.BICUBIC, 3, 4).withAntialias(), MAPS),
                on(Upsample.toSize(Upsample.Mode.BILINEAR, 3, 4).withAntialias(), MAPS),
                on(new Upsample(new Nearest(Rounding.UP), Coordinates.HALF_PIXEL, pair(10, 5), null), MAPS),
                on(new Upsample(new Nearest(Rounding.HALF_DOWN), Coordinates.ALIGNED_CORNERS, pair(10, 5), null), MAPS),
                on(new Upsample(Interpolation.LINEAR, Coordinates.ASYMMETRIC, pair(10, 5), null), MAPS),
                on(new Upsample(Interpolation.LINEAR, Coordinates.HALF_PIXEL_OR_FIRST, pair(1, 5), null), MAPS),
                on(
                        new Upsample(
                                Interpolation.LINEAR,
                                Coordinates.HALF_PIXEL_SYMMETRIC,
                                null,
                                new Upsample.Scale(0.6, 0.6)),
                        MAPS),
                on(new Upsample(Interpolation.LINEAR, Coordinates.ALIGNED_UNROUNDED, pair(10, 5), null), MAPS),
                on(
                        new Upsample(
                                new Cubic(-0.5, false, Border.LEFT_OUT), Coordinates.HALF_PIXEL, pair(10, 5), null),
                        MAPS));
    }
}
