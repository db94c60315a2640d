package io.convoy.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** MatMul, Permute and Reduce. */
class TensorLayersTest {
    private static void doesNotFit(Layer layer, String message, Shape... inputs) {
        assertThatThrownBy(() -> layer.outputs(List.of(inputs)))
                .isInstanceOf(ShapeException.class)
                .hasMessage(message);
    }

    @Test
    void productsHaveTheRowsOfTheOneAndTheColumnsOfTheOther() {
        assertThat(MatMul.of().outputs(List.of(Shape.of(2, 8, 3, 4), Shape.of(2, 8, 4, 5))))
                .containsExactly(Shape.of(2, 8, 3, 5));
        assertThat(MatMul.of().transposingA().outputs(List.of(Shape.of(2, 4, 3), Shape.of(2, 4, 5))))
                .containsExactly(Shape.of(2, 3, 5));
        assertThat(MatMul.of().transposingB().outputs(List.of(Shape.of(2, 3, 4), Shape.of(2, 5, 4))))
                .containsExactly(Shape.of(2, 3, 5));
        assertThat(MatMul.of()).hasToString("MatMul").isEqualTo(new MatMul(false, false, 1));
        assertThat(MatMul.of().arity()).isEqualTo(2);
    }

    @Test
    void productsSayWhatDoesNotFit() {
        doesNotFit(
                MatMul.of(),
                "MatMul expects [N, …, M, K] and [N, …, K, P], but its inputs are [[2, 3, 4], [2, 5, 4]]."
                        + " Maybe b has to be transposed.",
                Shape.of(2, 3, 4),
                Shape.of(2, 5, 4));
        doesNotFit(
                MatMul.of().transposingA().transposingB(),
                "MatMul[a transposed][b transposed] expects [N, …, K, M] and [N, …, P, K], but its inputs are"
                        + " [[2, 3, 4], [2, 5, 4]].",
                Shape.of(2, 3, 4),
                Shape.of(2, 5, 4));
        doesNotFit(
                MatMul.of(),
                "MatMul expects [N, …, M, K] and [N, …, K, P], but its inputs are [[2, 8, 3, 4], [2, 6, 4, 5]].",
                Shape.of(2, 8, 3, 4),
                Shape.of(2, 6, 4, 5));
        doesNotFit(
                MatMul.of(),
                "MatMul expects [N, …, M, K] and [N, …, K, P], but its inputs are [[3, 4], [4, 5]].",
                Shape.of(3, 4),
                Shape.of(4, 5));
        doesNotFit(
                MatMul.of(),
                "MatMul expects [N, …, M, K] and [N, …, K, P], but its inputs are [[7], [2, 4, 5]].",
                Shape.of(7),
                Shape.of(2, 4, 5));
        doesNotFit(MatMul.of(), "MatMul expects 2 inputs, but it got 1.", Shape.of(3, 4, 4));
        assertThatThrownBy(() -> MatMul.of().withScale(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("MatMul expects a finite scale, but scale is NaN.");
    }

    @Test
    void permutedDimensionsKeepTheBatchInFront() {
        assertThat(Permute.of(0, 2, 3, 1).outputs(List.of(Shape.of(2, 5, 6, 7))))
                .containsExactly(Shape.of(2, 6, 7, 5));
        doesNotFit(
                Permute.of(0, 2, 1), "Permute[0, 2, 1] expects 3 dimensions, but its input is [2, 3].", Shape.of(2, 3));
        assertThatThrownBy(() -> Permute.of(1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Permute expects every dimension once, and 0, the batch, first, but dims is [1, 0].");
        assertThatThrownBy(() -> Permute.of(0, 2, 2))
                .hasMessage("Permute expects every dimension once, and 0, the batch, first, but dims is [0, 2, 2].");
        assertThatThrownBy(Permute::of)
                .hasMessage("Permute expects every dimension once, and 0, the batch, first, but dims is [].");
    }

    @Test
    void reducedDimensionsStayWithSizeOneOrVanish() {
        Shape x = Shape.of(2, 5, 6, 7);
        assertThat(Reduce.mean(1).outputs(List.of(x))).containsExactly(Shape.of(2, 1, 6, 7));
        assertThat(Reduce.max(2, 3).withoutDims().outputs(List.of(x))).containsExactly(Shape.of(2, 5));
        assertThat(Reduce.sum(1, 2, 3).withoutDims().outputs(List.of(x))).containsExactly(Shape.of(2));
        assertThat(Reduce.sum(1)).hasToString("Reduce[by=SUM, dims=[1]]");
    }

    @Test
    void impossibleReductionsAreRefused() {
        assertThatThrownBy(Reduce::mean)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Reduce expects dims, but there is none.");
        assertThatThrownBy(() -> Reduce.mean(0))
                .hasMessage("Reduce expects dims in increasing order, each at least 1, but dims is [0].");
        assertThatThrownBy(() -> Reduce.max(2, 2))
                .hasMessage("Reduce expects dims in increasing order, each at least 1, but dims is [2, 2].");
        doesNotFit(
                Reduce.mean(2),
                "Reduce[by=MEAN, dims=[2]] expects an input with values along the dimensions [2], but its input is"
                        + " [2, 5].",
                Shape.of(2, 5));
        doesNotFit(
                Reduce.max(1),
                "Reduce[by=MAX, dims=[1]] expects an input with values along the dimensions [1], but its input is"
                        + " [2, 0].",
                Shape.of(2, 0));
    }
}
