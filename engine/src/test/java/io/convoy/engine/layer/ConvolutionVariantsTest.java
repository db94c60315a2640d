package io.convoy.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ConvolutionVariantsTest {
    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    private static void doesNotFit(Layer layer, Shape input, String message) {
        assertThatThrownBy(() -> layer.outputs(List.of(input)))
                .isInstanceOf(ShapeException.class)
                .hasMessage(message);
    }

    @Test
    void theSamePaddingFollowsKernelAndDilation() {
        Conv2d layer = Conv2d.of(3, 5, new Pair(4, 3)).withPadding(Padding.SAME).withDilation(new Pair(1, 2));
        assertThat(layer.padding()).isEqualTo(new Pair(1, 2));
        assertThat(layer.paddingAfter()).isEqualTo(new Pair(2, 2));
        assertThat(layer.outputs(List.of(Shape.of(2, 3, 7, 6)))).containsExactly(Shape.of(2, 5, 7, 6));
        assertThat(Conv2d.of(3, 5, 3).withPadding(1))
                .isEqualTo(new Conv2d(3, 5, Pair.of(3), Pair.of(1), Padding.of(Pair.of(1)), Pair.of(1), 1, true));
        assertThat(Conv2d.of(3, 5, 3)
                        .withPadding(new Pair(1, 2))
                        .withStride(new Pair(2, 1))
                        .padding())
                .isEqualTo(new Pair(1, 2));
    }

    @Test
    void theSamePaddingNeedsAStrideOfOne() {
        refused(
                () -> Conv2d.of(3, 5, 3).withPadding(Padding.SAME).withStride(2),
                "Conv2d expects a stride of 1 where its padding is the same, but stride is 2.");
        refused(
                () -> Conv2d.of(3, 5, 3).withPadding(new Padding.Sides(Pair.of(0), Pair.of(-1))),
                "Conv2d expects padding of at least 0, but padding is -1.");
    }

    @Test
    void transposedConvolutionsHaveTheShapesThatPyTorchGives() {
        ConvTranspose2d layer = ConvTranspose2d.of(4, 6, 3, 2)
                .withPadding(1)
                .withOutputPadding(1)
                .withGroups(2);
        assertThat(layer).hasToString("ConvTranspose2d[in=4, out=6, kernel=3]");
        assertThat(layer.outputs(List.of(Shape.of(2, 4, 5, 7)))).containsExactly(Shape.of(2, 6, 10, 14));
        assertThat(layer.parameters())
                .containsExactly(
                        new ParameterSpec("weight", Shape.of(4, 3, 3, 3), new Initializer.Uniform(1 / Math.sqrt(27))),
                        new ParameterSpec("bias", Shape.of(6), new Initializer.Uniform(1 / Math.sqrt(27))));
        assertThat(layer.withoutBias().parameters()).hasSize(1);
        assertThat(ConvTranspose2d.of(1, 1, 3, 1).withDilation(3).outputs(List.of(Shape.of(1, 1, 2, 2))))
                .containsExactly(Shape.of(1, 1, 8, 8));
    }

    @Test
    void impossibleTransposedConvolutionsAreRefused() {
        refused(
                () -> ConvTranspose2d.of(4, 6, 3, 2).withOutputPadding(2),
                "ConvTranspose2d expects outputPadding below stride or dilation, but outputPadding is 2, stride is 2 and"
                        + " dilation is 1.");
        refused(
                () -> ConvTranspose2d.of(4, 6, 3, 2).withGroups(4),
                "ConvTranspose2d expects in and out to be multiples of groups, but in is 4, out is 6 and groups is 4.");
        refused(() -> ConvTranspose2d.of(4, 6, 0, 2), "ConvTranspose2d expects kernel of at least 1, but kernel is 0.");
        doesNotFit(
                ConvTranspose2d.of(4, 6, 3, 2),
                Shape.of(2, 3, 5, 5),
                "ConvTranspose2d[in=4, out=6, kernel=3] expects 4 channels, but its input is [2, 3, 5, 5].");
        doesNotFit(
                ConvTranspose2d.of(4, 6, 3, 2).withPadding(2),
                Shape.of(2, 4, 1, 1),
                "ConvTranspose2d[in=4, out=6, kernel=3] expects an input that its padding of 2 leaves something of, but"
                        + " its input is [2, 4, 1, 1].");
    }

    @Test
    void responseNormsSayWhatTheyExpect() {
        assertThat(LocalResponseNorm.of(5)).isEqualTo(new LocalResponseNorm(5, 1e-4, 0.75, 1));
        assertThat(LocalResponseNorm.of(5).outputs(List.of(Shape.of(2, 3)))).containsExactly(Shape.of(2, 3));
        refused(() -> LocalResponseNorm.of(0), "LocalResponseNorm expects size of at least 1, but size is 0.");
        refused(() -> new LocalResponseNorm(5, 1, 1, 0), "LocalResponseNorm expects a finite k above 0, but k is 0.0.");
        refused(
                () -> new LocalResponseNorm(5, Double.NaN, 1, 1),
                "LocalResponseNorm expects a finite alpha, but alpha is NaN.");
        doesNotFit(
                LocalResponseNorm.of(5),
                Shape.of(2),
                "LocalResponseNorm[size=5] expects [N, C, …], but its input is [2].");
    }
}
