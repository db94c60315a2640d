package io.convoy.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** BatchNorm2d, Relu, Flatten, Add, and the initialisers. */
class OtherLayersTest {
    private static void doesNotFit(Layer layer, List<Shape> inputs, String message) {
        assertThatThrownBy(() -> layer.outputs(inputs))
                .isInstanceOf(ShapeException.class)
                .hasMessage(message);
    }

    @Test
    void batchNormKeepsTheShapeOfFeatureMapsAndOfVectors() {
        BatchNorm2d layer = BatchNorm2d.of(6);
        assertThat(layer).isEqualTo(new BatchNorm2d(6, 1e-5, 0.1, true)).hasToString("BatchNorm2d[channels=6]");
        assertThat(layer.outputs(List.of(Shape.of(2, 6, 3, 4)))).containsExactly(Shape.of(2, 6, 3, 4));
        assertThat(layer.outputs(List.of(Shape.of(2, 6)))).containsExactly(Shape.of(2, 6));
        assertThat(layer.parameters())
                .containsExactly(
                        new ParameterSpec("weight", Shape.of(6), new Initializer.Constant(1)),
                        new ParameterSpec("bias", Shape.of(6), new Initializer.Constant(0)));
        assertThat(new BatchNorm2d(6, 1e-5, 0.1, false).parameters()).isEmpty();
        assertThat(layer.withCumulativeStatistics()).isEqualTo(new BatchNorm2d(6, 1e-5, null, true, true));
        assertThat(layer.withoutRunningStatistics()).isEqualTo(new BatchNorm2d(6, 1e-5, 0.1, true, false));
    }

    @Test
    void impossibleBatchNormsAreRefused() {
        assertThatThrownBy(() -> BatchNorm2d.of(0))
                .hasMessage("BatchNorm2d expects channels of at least 1, but channels is 0.");
        assertThatThrownBy(() -> new BatchNorm2d(6, 0, 0.1, true))
                .hasMessage("BatchNorm2d expects epsilon above 0, but epsilon is 0.0.");
        assertThatThrownBy(() -> new BatchNorm2d(6, Double.NaN, 0.1, true))
                .hasMessage("BatchNorm2d expects epsilon above 0, but epsilon is NaN.");
        assertThatThrownBy(() -> new BatchNorm2d(6, 1e-5, 1.5, true))
                .hasMessage("BatchNorm2d expects momentum from 0 to 1, but momentum is 1.5.");
        assertThatThrownBy(() -> new BatchNorm2d(6, 1e-5, Double.NaN, true))
                .hasMessage("BatchNorm2d expects momentum from 0 to 1, but momentum is NaN.");
    }

    @Test
    void layersSayWhatDoesNotFit() {
        doesNotFit(
                BatchNorm2d.of(6),
                List.of(Shape.of(2, 5, 3, 3)),
                "BatchNorm2d[channels=6] expects [N, 6, H, W] or [N, 6], but its input is [2, 5, 3, 3].");
        doesNotFit(
                BatchNorm2d.of(6),
                List.of(Shape.of(2, 6, 3)),
                "BatchNorm2d[channels=6] expects [N, 6, H, W] or [N, 6], but its input is [2, 6, 3].");
        doesNotFit(new Relu(), List.of(), "Relu expects 1 input, but it got 0.");
        doesNotFit(new Flatten(), List.of(Shape.of(3)), "Flatten expects [N, …], but its input is [3].");
        doesNotFit(
                new Add(),
                List.of(Shape.of(1, 16, 8, 8), Shape.of(1, 32, 4, 4)),
                "Add expects 2 inputs of one shape, or with sizes of 1 to be repeated, but its inputs are"
                        + " [[1, 16, 8, 8], [1, 32, 4, 4]]. Maybe the shortcut needs a projection.");
        doesNotFit(new Add(), List.of(Shape.of(1)), "Add expects 2 inputs, but it got 1.");
    }

    @Test
    void reluAndAddKeepTheShapeAndFlattenMakesVectors() {
        Shape x = Shape.of(2, 6, 3, 4);
        assertThat(new Relu().outputs(List.of(x))).containsExactly(x);
        assertThat(new Add().outputs(List.of(x, x))).containsExactly(x);
        assertThat(new Add().arity()).isEqualTo(2);
        assertThat(new Flatten().outputs(List.of(x))).containsExactly(Shape.of(2, 72));
        assertThat(new Flatten().outputs(List.of(Shape.of(2, 7)))).containsExactly(Shape.of(2, 7));
        assertThat(List.of(new Relu(), new Add(), new Flatten()).toString()).isEqualTo("[Relu, Add, Flatten]");
        assertThat(new Relu().parameters()).isEmpty();
    }

    private static float[] drawn(Initializer initializer) {
        float[] values = new float[20_000];
        initializer.fill(values, new Seed(3).stream());
        return values;
    }

    private static double mean(float[] values, int power) {
        double sum = 0;
        for (float value : values) {
            sum += Math.pow(value, power);
        }
        return sum / values.length;
    }

    @Test
    void uniformValuesFillTheirRange() {
        float[] values = drawn(new Initializer.Uniform(0.2));
        float least = 1;
        float most = -1;
        for (float value : values) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        assertThat(least).isBetween(-0.2f, -0.199f);
        assertThat(most).isBetween(0.199f, 0.2f);
        // A uniform variable on ±b has variance b²/3; the bounds are four standard errors.
        assertThat(mean(values, 1)).isCloseTo(0, within(4 * 0.2 / Math.sqrt(3 * 20_000)));
        assertThat(mean(values, 2)).isCloseTo(0.04 / 3, within(4 * 0.04 * Math.sqrt(4 / 45.0 / 20_000)));
    }

    @Test
    void normalValuesHaveTheirDeviation() {
        float[] values = drawn(new Initializer.Normal(0.5));
        assertThat(mean(values, 1)).isCloseTo(0, within(4 * 0.5 / Math.sqrt(20_000)));
        assertThat(mean(values, 2)).isCloseTo(0.25, within(4 * 0.25 * Math.sqrt(2.0 / 20_000)));
        assertThat(drawn(new Initializer.Constant(0.1))).containsOnly(0.1f);
    }

    @Test
    void impossibleInitialisersAreRefused() {
        assertThatThrownBy(() -> new Initializer.Uniform(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Uniform expects a finite bound of at least 0, but bound is -1.0.");
        assertThatThrownBy(() -> new Initializer.Normal(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Normal expects a finite standardDeviation of at least 0, but standardDeviation is NaN.");
    }
}
