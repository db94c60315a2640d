package io.convoy.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActivationsTest {
    @Test
    void activationsKeepTheShapeAndHaveNoParameters() {
        Shape x = Shape.of(2, 6, 3, 4);
        List<Layer> layers = List.of(
                new Relu(),
                new Relu6(),
                new LeakyRelu(),
                new Scale(0.5),
                new Elu(),
                new Selu(),
                new Celu(),
                new Gelu(),
                new Silu(),
                new Swish(2),
                new Mish(),
                new Hardswish(),
                new Hardsigmoid(),
                new Sigmoid(),
                new Tanh(),
                new Softplus(),
                new Softmax(1),
                new LogSoftmax(-1));
        for (Layer layer : layers) {
            assertThat(layer.outputs(List.of(x))).as("%s", layer).containsExactly(x);
            assertThat(layer.parameters()).as("%s", layer).isEmpty();
        }
        assertThat(layers.toString())
                .isEqualTo(
                        "[Relu, Relu6, LeakyRelu[negativeSlope=0.01], Scale[factor=0.5], Elu[alpha=1.0], Selu, Celu[alpha=1.0],"
                                + " Gelu[approximate=NONE], Silu, Swish[beta=2.0], Mish, Hardswish, Hardsigmoid, Sigmoid, Tanh,"
                                + " Softplus[beta=1.0, threshold=20.0], Softmax[dim=1], LogSoftmax[dim=-1]]");
    }

    @Test
    void preluLearnsOneSlopeOrOneAChannel() {
        assertThat(new Prelu()).isEqualTo(new Prelu(1, 0.25)).hasToString("Prelu[parameterCount=1]");
        assertThat(Prelu.of(6).parameters())
                .containsExactly(new ParameterSpec("weight", Shape.of(6), new Initializer.Constant(0.25)));
        assertThat(Prelu.of(6).outputs(List.of(Shape.of(2, 6, 3)))).containsExactly(Shape.of(2, 6, 3));
        assertThat(new Prelu().outputs(List.of(Shape.of(5)))).containsExactly(Shape.of(5));
        assertThatThrownBy(() -> Prelu.of(6).outputs(List.of(Shape.of(2, 5, 3))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("Prelu[parameterCount=6] expects [N, 6, …], but its input is [2, 5, 3].");
        assertThatThrownBy(() -> Prelu.of(6).outputs(List.of(Shape.of(6))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("Prelu[parameterCount=6] expects [N, 6, …], but its input is [6].");
    }

    @Test
    void impossibleActivationsAreRefused() {
        assertThatThrownBy(() -> new LeakyRelu(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("LeakyRelu expects a finite negativeSlope, but negativeSlope is NaN.");
        assertThatThrownBy(() -> new Elu(Double.POSITIVE_INFINITY))
                .hasMessage("Elu expects a finite alpha, but alpha is Infinity.");
        assertThatThrownBy(() -> new Celu(0)).hasMessage("Celu expects a finite alpha above 0, but alpha is 0.0.");
        assertThatThrownBy(() -> new Swish(Double.NaN)).hasMessage("Swish expects a finite beta, but beta is NaN.");
        assertThatThrownBy(() -> new Scale(Double.POSITIVE_INFINITY))
                .hasMessage("Scale expects a finite factor, but factor is Infinity.");
        assertThatThrownBy(() -> new Softplus(-1, 20))
                .hasMessage("Softplus expects a finite beta above 0, but beta is -1.0.");
        assertThatThrownBy(() -> new Softplus(1, Double.NaN))
                .hasMessage("Softplus expects a finite threshold, but threshold is NaN.");
        assertThatThrownBy(() -> Prelu.of(0))
                .hasMessage("Prelu expects parameterCount of at least 1, but parameterCount is 0.");
        assertThatThrownBy(() -> new Prelu(1, Double.NaN))
                .hasMessage("Prelu expects a finite initial, but initial is NaN.");
    }

    @Test
    void aDimensionThatTheInputLacksIsRefused() {
        assertThatThrownBy(() -> new Softmax(2).outputs(List.of(Shape.of(3, 5))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("Softmax[dim=2] expects an input that has its dimension, but its input is [3, 5], whose"
                        + " dimensions are -2 to 1.");
        assertThatThrownBy(() -> new LogSoftmax(-3).outputs(List.of(Shape.of(3, 5))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("LogSoftmax[dim=-3] expects an input that has its dimension, but its input is [3, 5], whose"
                        + " dimensions are -2 to 1.");
    }
}
