package io.convoy.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class StructureLayersTest {
    private static final Shape X = Shape.of(2, 12, 6, 9);

    private static void doesNotFit(Layer layer, List<Shape> inputs, String message) {
        assertThatThrownBy(() -> layer.outputs(inputs))
                .isInstanceOf(ShapeException.class)
                .hasMessage(message);
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void outputsHaveTheShapesThatPyTorchGives() {
        assertThat(new Identity().outputs(List.of(X))).containsExactly(X);
        assertThat(Reshape.of(-1, 9).outputs(List.of(X))).containsExactly(Shape.of(2, 72, 9));
        assertThat(Reshape.of(648).outputs(List.of(X))).containsExactly(Shape.of(2, 648));
        assertThat(Concat.of(2).outputs(List.of(X, Shape.of(2, 3, 6, 9)))).containsExactly(Shape.of(2, 15, 6, 9));
        assertThat(Split.of(5, 7).outputs(List.of(X))).containsExactly(Shape.of(2, 5, 6, 9), Shape.of(2, 7, 6, 9));
        assertThat(new Slice(-1, -4, 100).outputs(List.of(X))).containsExactly(Shape.of(2, 12, 6, 4));
        assertThat(new Slice(1, 1, Slice.END, 3).outputs(List.of(X))).containsExactly(Shape.of(2, 4, 6, 9));
        assertThat(new Slice(1, 0, -2, 3).outputs(List.of(X))).containsExactly(Shape.of(2, 4, 6, 9));
        assertThat(new Slice(1, 2, 3, 5).outputs(List.of(X))).containsExactly(Shape.of(2, 1, 6, 9));
        assertThat(new Multiply().outputs(List.of(X, Shape.of(2, 12, 1, 1)))).containsExactly(X);
        assertThat(new Multiply().outputs(List.of(Shape.of(2, 12, 1, 1), Shape.of(2, 1, 6, 9))))
                .containsExactly(X);
        assertThat(new Add().outputs(List.of(Shape.of(9), X))).containsExactly(X);
        assertThat(Pad.zeros(1, 2, 3, -4).outputs(List.of(X))).containsExactly(Shape.of(2, 12, 5, 12));
        assertThat(new ChannelShuffle(4).outputs(List.of(X))).containsExactly(X);
        assertThat(new PixelShuffle(2).outputs(List.of(X))).containsExactly(Shape.of(2, 3, 12, 18));
        assertThat(new PixelUnshuffle(3).outputs(List.of(X))).containsExactly(Shape.of(2, 108, 2, 3));
        assertThat(List.of(new Multiply().arity(), Concat.of(3).arity(), new Slice(1, 0, 1).arity()))
                .containsExactly(2, 3, 1);
    }

    @Test
    void layersSayWhatDoesNotFit() {
        doesNotFit(
                Reshape.of(-1, 7),
                List.of(X),
                "Reshape[-1, 7] expects a multiple of 7 values a sample, but its input is [2, 12, 6, 9].");
        doesNotFit(
                Reshape.of(3, 7),
                List.of(X),
                "Reshape[3, 7] expects 21 values a sample, but its input is [2, 12, 6, 9].");
        doesNotFit(
                Concat.of(2),
                List.of(X, Shape.of(2, 3, 5, 9)),
                "Concat[inputCount=2, dim=1] expects inputs of one shape but for dimension 1, but its inputs are"
                        + " [[2, 12, 6, 9], [2, 3, 5, 9]]. Maybe a stride or a padding differs.");
        doesNotFit(
                new Concat(2, 4),
                List.of(X, X),
                "Concat[inputCount=2, dim=4] expects an input that has its dimension, but its input is [2, 12, 6, 9],"
                        + " whose dimensions are -4 to 3.");
        doesNotFit(Concat.of(2), List.of(X), "Concat[inputCount=2, dim=1] expects 2 inputs, but it got 1.");
        doesNotFit(
                Split.of(5, 6),
                List.of(X),
                "Split[sizes=[5, 6], dim=1] expects 11 along dimension 1, but its input is [2, 12, 6, 9].");
        doesNotFit(
                new Slice(1, 12, Slice.END),
                List.of(X),
                "Slice[dim=1, from=12, to=2147483647, step=1] expects to take something, but its input is [2, 12, 6,"
                        + " 9].");
        doesNotFit(
                new Multiply(),
                List.of(X, Shape.of(2, 3, 1, 1)),
                "Multiply expects 2 inputs of one shape, or with sizes of 1 to be repeated, but its inputs are"
                        + " [[2, 12, 6, 9], [2, 3, 1, 1]].");
        doesNotFit(
                Pad.reflect(9, 0, 0, 0),
                List.of(X),
                "Pad[amounts=[9, 0, 0, 0], mode=REFLECT] expects amounts below the size, but its input is [2, 12, 6, 9].");
        doesNotFit(
                Pad.zeros(-5, -4, 0, 0),
                List.of(X),
                "Pad[amounts=[-5, -4, 0, 0], mode=CONSTANT] expects to leave something, but its input is [2, 12, 6, 9].");
        doesNotFit(
                Pad.zeros(1, 1, 1, 1),
                List.of(Shape.of(2, 3)),
                "Pad[amounts=[1, 1, 1, 1], mode=CONSTANT] expects at least 2 dimensions behind the batch, but its input"
                        + " is [2, 3].");
        doesNotFit(
                new ChannelShuffle(5),
                List.of(X),
                "ChannelShuffle[groups=5] expects [N, C, …] with a multiple of 5 channels, but its input is [2, 12, 6, 9].");
        doesNotFit(
                new PixelShuffle(5),
                List.of(X),
                "PixelShuffle[upscaleFactor=5] expects a multiple of 25 channels, but its input is [2, 12, 6, 9].");
        doesNotFit(
                new PixelUnshuffle(2),
                List.of(X),
                "PixelUnshuffle[downscaleFactor=2] expects a height and a width that are multiples of 2, but its input is"
                        + " [2, 12, 6, 9].");
    }

    @Test
    void impossibleArgumentsAreRefused() {
        refused(
                () -> Reshape.of(-1, -1),
                "Reshape expects sizes of at least 1, and -1 once at most, but sizes is [-1, -1].");
        refused(() -> Reshape.of(0), "Reshape expects sizes of at least 1, and -1 once at most, but sizes is [0].");
        refused(() -> Concat.of(0), "Concat expects inputCount of at least 1, but inputCount is 0.");
        refused(() -> new Slice(1, 0, 4, 0), "Slice expects step of at least 1, but step is 0.");
        refused(() -> Split.of(3, 0), "Split expects sizes of at least 1, but sizes is [3, 0].");
        refused(() -> Split.of(), "Split expects sizes of at least 1, but sizes is [].");
        refused(
                () -> new Pad(List.of(1, 2, 3), Pad.Mode.CONSTANT, 0),
                "Pad expects amounts in pairs, but amounts is [1, 2, 3].");
        refused(
                () -> new Pad(List.of(1, 2), Pad.Mode.CONSTANT, Double.NaN),
                "Pad expects a finite value, but value is NaN.");
        refused(() -> new ChannelShuffle(0), "ChannelShuffle expects groups of at least 1, but groups is 0.");
        refused(() -> new PixelShuffle(0), "PixelShuffle expects upscaleFactor of at least 1, but upscaleFactor is 0.");
        refused(
                () -> new PixelUnshuffle(0),
                "PixelUnshuffle expects downscaleFactor of at least 1, but downscaleFactor is 0.");
    }
}
