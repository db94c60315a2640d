package io.convoy.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplingLayersTest {
    private static List<Shape> outputs(Layer layer, Shape... inputs) {
        return layer.outputs(List.of(inputs));
    }

    private static void refused(Runnable construction, String message) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static void doesNotFit(Layer layer, String message, Shape... inputs) {
        assertThatThrownBy(() -> outputs(layer, inputs))
                .isInstanceOf(ShapeException.class)
                .hasMessage(message);
    }

    @Test
    void adaptivePoolsGiveWhatIsAskedFor() {
        assertThat(outputs(AdaptiveAvgPool2d.of(1), Shape.of(2, 3, 7, 5))).containsExactly(Shape.of(2, 3, 1, 1));
        assertThat(outputs(new AdaptiveAvgPool2d(new Pair(9, 2)), Shape.of(2, 3, 7, 5)))
                .containsExactly(Shape.of(2, 3, 9, 2));
        Shape y = Shape.of(2, 3, 4, 4);
        assertThat(outputs(AdaptiveMaxPool2d.of(4), Shape.of(2, 3, 7, 5))).containsExactly(y);
        assertThat(outputs(new AdaptiveMaxPool2d(Pair.of(4), true), Shape.of(2, 3, 7, 5)))
                .containsExactly(y, y);
        assertThat(AdaptiveAvgPool2d.of(1)).hasToString("AdaptiveAvgPool2d[outputSize=1]");
        refused(
                () -> AdaptiveAvgPool2d.of(0),
                "AdaptiveAvgPool2d expects outputSize of at least 1, but outputSize is 0.");
        refused(
                () -> AdaptiveMaxPool2d.of(-1),
                "AdaptiveMaxPool2d expects outputSize of at least 1, but outputSize is -1.");
        doesNotFit(
                AdaptiveMaxPool2d.of(2),
                "AdaptiveMaxPool2d[outputSize=2] expects at least one pixel, but its input is [1, 1, 0, 4].",
                Shape.of(1, 1, 0, 4));
    }

    @Test
    void indicesNeedPlanesThatAFloatCanNumber() {
        Shape large = Shape.of(1, 1, 4096, 4097);
        String said =
                " expects feature maps of at most 16777216 pixels, since float32 can't number more, but its input is"
                        + " [1, 1, 4096, 4097].";
        doesNotFit(new AdaptiveMaxPool2d(Pair.of(1), true), "AdaptiveMaxPool2d[outputSize=1]" + said, large);
        doesNotFit(MaxPool2d.of(2, 2).withIndices(), "MaxPool2d[kernel=2, stride=2]" + said, large);
        assertThat(outputs(MaxPool2d.of(2, 2), large)).containsExactly(Shape.of(1, 1, 2048, 2048));
        assertThat(outputs(MaxPool2d.of(2, 2).withIndices(), Shape.of(1, 1, 4, 4)))
                .containsExactly(Shape.of(1, 1, 2, 2), Shape.of(1, 1, 2, 2));
    }

    @Test
    void aMeanMayHaveADivisorOfItsOwn() {
        Window window = AvgPool2d.of(2, 2).window();
        assertThat(new AvgPool2d(window, true)).isEqualTo(new AvgPool2d(window, true, null));
        refused(
                () -> new AvgPool2d(window, true, 0),
                "AvgPool2d expects divisorOverride of at least 1, but divisorOverride is 0.");
    }

    @Test
    void unpoolingUndoesTheShape() {
        Shape x = Shape.of(2, 3, 4, 5);
        assertThat(outputs(MaxUnpool2d.of(2, 2), x, x)).containsExactly(Shape.of(2, 3, 8, 10));
        assertThat(outputs(new MaxUnpool2d(Pair.of(3), Pair.of(2), Pair.of(1), null), x, x))
                .containsExactly(Shape.of(2, 3, 7, 9));
        assertThat(outputs(MaxUnpool2d.of(2, 2).withOutputSize(9, 9), x, x)).containsExactly(Shape.of(2, 3, 9, 9));
        doesNotFit(
                MaxUnpool2d.of(2, 2).withOutputSize(10, 10),
                "MaxUnpool2d[kernel=2, stride=2] expects an outputSize less than a stride of 2 away from 8×10, but"
                        + " outputSize is 10.",
                x,
                x);
        doesNotFit(
                MaxUnpool2d.of(2, 2),
                "MaxUnpool2d[kernel=2, stride=2] expects feature maps [N, C, H, W] and indices of that shape, but its"
                        + " inputs are [[2, 3, 4, 5], [2, 3, 4, 4]].",
                x,
                Shape.of(2, 3, 4, 4));
        doesNotFit(
                new MaxUnpool2d(Pair.of(2), Pair.of(2), Pair.of(1), null),
                "MaxUnpool2d[kernel=2, stride=2] expects to give at least one pixel, but its input is [1, 1, 1, 1]."
                        + " Maybe the padding is not the pool's.",
                Shape.of(1, 1, 1, 1),
                Shape.of(1, 1, 1, 1));
        refused(() -> MaxUnpool2d.of(0, 1), "MaxUnpool2d expects kernel of at least 1, but kernel is 0.");
        refused(
                () -> MaxUnpool2d.of(2, 2).withOutputSize(0, 4),
                "MaxUnpool2d expects outputSize of at least 1, but outputSize is 0×4.");
        assertThat(MaxUnpool2d.of(2, 2).arity()).isEqualTo(2);
    }

    @Test
    void interpolationGoesToASizeOrByAFactor() {
        Shape x = Shape.of(2, 3, 4, 5);
        assertThat(outputs(Upsample.toSize(Upsample.Mode.NEAREST, 7, 3), x)).containsExactly(Shape.of(2, 3, 7, 3));
        assertThat(outputs(Upsample.by(Upsample.Mode.BICUBIC, 1.5), x)).containsExactly(Shape.of(2, 3, 6, 7));
        assertThat(outputs(Upsample.by(Upsample.Mode.BICUBIC, 1, 2.5), x)).containsExactly(Shape.of(2, 3, 4, 12));
        Upsample both = new Upsample(
                Interpolation.LINEAR, Upsample.Coordinates.HALF_PIXEL, new Pair(3, 4), new Upsample.Scale(0.9, 1));
        assertThat(outputs(both, x)).containsExactly(Shape.of(2, 3, 3, 4));
        assertThat(both)
                .hasToString("Upsample[interpolation=Linear[antialias=false, border=REPEATED], size=3×4,"
                        + " scaleFactor=0.9×1.0]");
        assertThat(Upsample.toSize(Upsample.Mode.NEAREST, 7, 3))
                .hasToString("Upsample[interpolation=Nearest[rounding=DOWN], size=7×3]");
        assertThat(Upsample.by(Upsample.Mode.BICUBIC, 2))
                .hasToString("Upsample[interpolation=Cubic[a=-0.75, antialias=false, border=REPEATED],"
                        + " scaleFactor=2.0]");
        refused(
                () -> new Upsample(Interpolation.NEAREST, Upsample.Coordinates.ASYMMETRIC, null, null),
                "Upsample expects a size or a scaleFactor, but it got neither.");
        refused(
                () -> Upsample.by(Upsample.Mode.NEAREST, 0),
                "Upsample expects a finite scaleFactor above 0, but scaleFactor is 0.0.");
        refused(
                () -> Upsample.toSize(Upsample.Mode.NEAREST, 0, 1),
                "Upsample expects size of at least 1, but size is 0×1.");
        doesNotFit(
                Upsample.by(Upsample.Mode.NEAREST, 0.1),
                "Upsample[interpolation=Nearest[rounding=DOWN], scaleFactor=0.1] expects to give at least one pixel and at"
                        + " most 2147483647 along an axis, but its input is [2, 3, 4, 5].",
                x);
        doesNotFit(
                Upsample.by(Upsample.Mode.NEAREST, 2),
                "Upsample[interpolation=Nearest[rounding=DOWN], scaleFactor=2.0] expects [N, C, H, W], but its input is"
                        + " [2, 3]. Maybe a Flatten comes too early.",
                Shape.of(2, 3));
    }

    @Test
    void interpolationHasPyTorchsModes() {
        assertThat(Upsample.by(Upsample.Mode.NEAREST, 2).coordinates()).isEqualTo(Upsample.Coordinates.ASYMMETRIC);
        Upsample exact = Upsample.by(Upsample.Mode.NEAREST_EXACT, 2);
        assertThat(exact.interpolation()).isEqualTo(new Interpolation.Nearest(Interpolation.Rounding.HALF_UP));
        assertThat(exact.coordinates()).isEqualTo(Upsample.Coordinates.HALF_PIXEL);
        Upsample linear = Upsample.by(Upsample.Mode.BILINEAR, 2).withAntialias();
        assertThat(linear.interpolation()).isEqualTo(new Interpolation.Linear(true, Interpolation.Border.LEFT_OUT));
        assertThat(linear.coordinates()).isEqualTo(Upsample.Coordinates.HALF_PIXEL);
        Upsample cubic = Upsample.toSize(Upsample.Mode.BICUBIC, 2, 3)
                .withAlignedCorners()
                .withAntialias();
        assertThat(cubic.interpolation()).isEqualTo(new Interpolation.Cubic(-0.5, true, Interpolation.Border.LEFT_OUT));
        assertThat(cubic.coordinates()).isEqualTo(Upsample.Coordinates.ALIGNED_CORNERS);
        refused(
                () -> Upsample.by(Upsample.Mode.NEAREST, 2).withAlignedCorners(),
                "Upsample expects aligned corners with linear or cubic interpolation only, but interpolation is"
                        + " Nearest[rounding=DOWN].");
        refused(
                () -> exact.withAntialias(),
                "Upsample expects antialias with linear or cubic interpolation only, but interpolation is"
                        + " Nearest[rounding=HALF_UP].");
        refused(
                () -> new Interpolation.Cubic(Double.NaN, false, Interpolation.Border.REPEATED),
                "Cubic expects a finite a, but a is NaN.");
    }

    @Test
    void dropoutHasAProbability() {
        Shape x = Shape.of(2, 3);
        assertThat(outputs(Dropout.of(0.5), x)).containsExactly(x);
        assertThat(outputs(new Dropout(0.5, true), x, x)).containsExactly(x);
        assertThat(new Dropout(0.5, true).arity()).isEqualTo(2);
        assertThat(Dropout.of(0.25)).hasToString("Dropout[p=0.25]");
        refused(() -> Dropout.of(1.5), "Dropout expects p from 0 to 1, but p is 1.5.");
        refused(() -> Dropout.of(Double.NaN), "Dropout expects p from 0 to 1, but p is NaN.");
        refused(() -> new Dropout2d(-0.1), "Dropout2d expects p from 0 to 1, but p is -0.1.");
        doesNotFit(
                new Dropout(0.5, true),
                "Dropout[p=0.5] expects an input and a mask of its shape, but its inputs are [[2, 3], [2, 1]].",
                x,
                Shape.of(2, 1));
        doesNotFit(
                new Dropout2d(0.5),
                "Dropout2d[p=0.5] expects [N, C, H, W], but its input is [2, 3]. Maybe a Flatten comes too early.",
                x);
    }
}
