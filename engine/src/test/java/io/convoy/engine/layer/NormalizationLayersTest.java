package io.convoy.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.exchange.StatisticsLayout.Over;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class NormalizationLayersTest {
    private static void refused(Runnable construction, String message) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static void doesNotFit(Layer layer, Shape input, String message) {
        assertThatThrownBy(() -> layer.outputs(List.of(input)))
                .isInstanceOf(ShapeException.class)
                .hasMessage(message);
    }

    @Test
    void weightsAreOnesAndBiasesZeros() {
        for (Layer layer : List.of(GroupNorm.of(2, 6), new InstanceNorm2d(6, 1e-5, true), LayerNorm.of(6))) {
            assertThat(layer.parameters())
                    .containsExactly(
                            new ParameterSpec("weight", Shape.of(6), new Initializer.Constant(1)),
                            new ParameterSpec("bias", Shape.of(6), new Initializer.Constant(0)));
        }
        assertThat(InstanceNorm2d.of(6).parameters()).isEmpty();
        assertThat(new GroupNorm(2, 6, 1e-5, false).parameters()).isEmpty();
        assertThat(new LayerNorm(Shape.of(3, 4), 1e-5, true, false).parameters())
                .containsExactly(new ParameterSpec("weight", Shape.of(3, 4), new Initializer.Constant(1)));
        assertThat(new LayerNorm(Shape.of(3, 4), 1e-5, false, false).parameters())
                .isEmpty();
    }

    @Test
    void onlyThoseThatTrackThemHaveRunningStatistics() {
        assertThat(InstanceNorm2d.of(6)).isEqualTo(new InstanceNorm2d(6, 1e-5, 0.1, false, false));
        InstanceNorm2d tracking = InstanceNorm2d.of(6).withRunningStatistics();
        assertThat(tracking).isEqualTo(new InstanceNorm2d(6, 1e-5, 0.1, false, true));
        assertThat(tracking.runningStatistics()).isEqualTo(new RunningStatistics(6, 0.1, Over.INSTANCES));
        assertThat(BatchNorm2d.of(6).withCumulativeStatistics().runningStatistics())
                .isEqualTo(new RunningStatistics(6, null, Over.BATCH));
        for (Layer layer :
                List.of(InstanceNorm2d.of(6), BatchNorm2d.of(6).withoutRunningStatistics(), LayerNorm.of(6))) {
            assertThat(layer.runningStatistics()).isNull();
        }
    }

    @Test
    void shapesStay() {
        Shape x = Shape.of(2, 6, 5, 4);
        for (Layer layer : List.of(GroupNorm.of(2, 6), InstanceNorm2d.of(6), LayerNorm.of(6, 5, 4), LayerNorm.of(4))) {
            assertThat(layer.outputs(List.of(x))).containsExactly(x);
        }
        assertThat(GroupNorm.of(2, 6).outputs(List.of(Shape.of(3, 6)))).containsExactly(Shape.of(3, 6));
    }

    @Test
    void wrongArgumentsAreRefused() {
        refused(() -> GroupNorm.of(0, 6), "GroupNorm expects groups of at least 1, but groups is 0.");
        refused(
                () -> GroupNorm.of(4, 6),
                "GroupNorm expects channels to be a multiple of groups, but channels is 6 and groups is 4.");
        refused(() -> new GroupNorm(1, 6, 0, true), "GroupNorm expects a finite epsilon above 0, but epsilon is 0.0.");
        refused(() -> InstanceNorm2d.of(0), "InstanceNorm2d expects channels of at least 1, but channels is 0.");
        refused(
                () -> new InstanceNorm2d(1, Double.NaN, true),
                "InstanceNorm2d expects a finite epsilon above 0, but epsilon is NaN.");
        refused(
                () -> new InstanceNorm2d(1, 1e-5, 1.5, true, true),
                "InstanceNorm2d expects momentum from 0 to 1, but momentum is 1.5.");
        refused(
                () -> LayerNorm.of(),
                "LayerNorm expects a normalizedShape of at least one value, but normalizedShape is [].");
        refused(
                () -> new LayerNorm(Shape.of(3), 1e-5, false, true),
                "LayerNorm expects a bias with a weight only, but affine is false.");
    }

    @Test
    void wrongShapesAreRefused() {
        doesNotFit(
                GroupNorm.of(2, 6),
                Shape.of(2, 5, 4, 4),
                "GroupNorm[groups=2, channels=6] expects [N, 6, …], but its input is [2, 5, 4, 4].");
        doesNotFit(
                InstanceNorm2d.of(6),
                Shape.of(2, 5, 4, 4),
                "InstanceNorm2d[channels=6] expects [N, 6, H, W], but its input is [2, 5, 4, 4].");
        doesNotFit(
                LayerNorm.of(5, 4),
                Shape.of(2, 4, 5),
                "LayerNorm[normalizedShape=[5, 4]] expects a batch whose last sizes are [5, 4], but its input is"
                        + " [2, 4, 5].");
        doesNotFit(
                LayerNorm.of(5, 4),
                Shape.of(5, 4),
                "LayerNorm[normalizedShape=[5, 4]] expects a batch whose last sizes are [5, 4], but its input is [5, 4].");
    }
}
