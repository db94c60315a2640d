package io.convoy.engine.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.Property;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import org.junit.jupiter.api.Test;

class CrossEntropyTest {
    private final CrossEntropy loss = new CrossEntropy();

    private double evaluate(float[] logits, int classes, float[] targets, double scale, float[] gradient) {
        return loss.evaluate(logits, Shape.of(classes), targets, targets.length, scale, gradient);
    }

    /** −log of the target's share, as the definition says; safe for small logits only. */
    private static double reference(float[] logits, int classes, float[] targets) {
        double sum = 0;
        for (int n = 0; n < targets.length; n++) {
            double total = 0;
            for (int k = 0; k < classes; k++) {
                total += StrictMath.exp(logits[n * classes + k]);
            }
            sum -= StrictMath.log(StrictMath.exp(logits[n * classes + (int) targets[n]]) / total);
        }
        return sum;
    }

    @Test
    void lossIsTheDefinitionsAndItsGradientThatOfCentralDifferences() {
        RandomStream random = Property.seed(CrossEntropyTest.class).stream();
        for (int round = 0; round < 100; round++) {
            int classes = 1 + random.nextInt(12);
            int samples = 1 + random.nextInt(5);
            float[] logits = new float[samples * classes];
            float[] targets = new float[samples];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = (float) random.nextDouble(-6, 6);
            }
            for (int n = 0; n < samples; n++) {
                targets[n] = random.nextInt(classes);
            }
            double scale = random.nextDouble(0.001, 2);
            float[] gradient = new float[logits.length];
            double value = evaluate(logits, classes, targets, scale, gradient);
            assertThat(value).isCloseTo(reference(logits, classes, targets), within(1e-11 * samples));
            float[] ignored = new float[logits.length];
            for (int i = 0; i < logits.length; i++) {
                float kept = logits[i];
                logits[i] = kept + 0x1p-10f;
                double above = evaluate(logits, classes, targets, scale, ignored);
                double aboveAt = logits[i];
                logits[i] = kept - 0x1p-10f;
                double slope = (above - evaluate(logits, classes, targets, scale, ignored)) / (aboveAt - logits[i]);
                logits[i] = kept;
                // The third derivative is below 1, so the difference errs by less than 2⁻²⁰ / 6; float32 adds 2⁻²⁴.
                assertThat((double) gradient[i]).isCloseTo(scale * slope, within(scale * 4e-7));
            }
        }
    }

    @Test
    void equalScoresCostTheLogarithmOfTheClasses() {
        float[] gradient = new float[4];
        assertThat(evaluate(new float[] {7, 7, 7, 7}, 4, new float[] {2}, 0.5, gradient))
                .isCloseTo(Math.log(4), within(1e-15));
        assertThat(gradient).containsExactly(0.125f, 0.125f, -0.375f, 0.125f);
    }

    @Test
    void hugeLogitsNeitherOverflowNorLoseTheSmallOnes() {
        float[] gradient = new float[2];
        assertThat(evaluate(new float[] {1e30f, -1e30f}, 2, new float[] {1}, 1, gradient))
                .isEqualTo((double) 1e30f - (double) -1e30f);
        assertThat(gradient).containsExactly(1, -1);
        assertThat(evaluate(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE}, 2, new float[] {0}, 1, gradient))
                .isZero();
        assertThat(gradient).containsExactly(0, 0);
        assertThat(evaluate(new float[] {-800, -801}, 2, new float[] {0}, 1, gradient))
                .isCloseTo(Math.log1p(Math.exp(-1)), within(1e-12));
        assertThat(evaluate(new float[] {1000, 1000}, 2, new float[] {0}, 1, gradient))
                .isCloseTo(Math.log(2), within(1e-12));
    }

    @Test
    void whatIsNotFiniteStaysSo() {
        float[] gradient = new float[2];
        assertThat(evaluate(new float[] {Float.NaN, 1}, 2, new float[] {1}, 1, gradient))
                .isNaN();
        assertThat(evaluate(new float[] {Float.POSITIVE_INFINITY, 1}, 2, new float[] {1}, 1, gradient))
                .isNaN();
        assertThat(evaluate(new float[] {Float.NEGATIVE_INFINITY, 1}, 2, new float[] {0}, 1, gradient))
                .isInfinite();
    }

    @Test
    void onlyTheSamplesAskedForAreLookedAt() {
        float[] gradient = {5, 5, 5, 5};
        float[] logits = {0, 0, Float.NaN, Float.NaN};
        double sum = loss.evaluate(logits, Shape.of(2), new float[] {0, 99}, 1, 1, gradient);
        assertThat(sum).isCloseTo(Math.log(2), within(1e-15));
        assertThat(gradient).containsExactly(-0.5f, 0.5f, 5, 5);
    }

    @Test
    void everySampleCountsOnce() {
        assertThat(loss.weight(3)).isEqualTo(1);
    }

    @Test
    void targetsThatAreNotClassesAreRefused() {
        String message = "CrossEntropy expects targets from 0 to 1, but a target is %s. Maybe the network has too few"
                + " outputs.";
        assertThatThrownBy(() -> evaluate(new float[2], 2, new float[] {2}, 1, new float[2]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message, "2");
        assertThatThrownBy(() -> evaluate(new float[2], 2, new float[] {-1}, 1, new float[2]))
                .hasMessage(message, "-1");
    }

    @Test
    void outputsMustBeVectors() {
        loss.check(Shape.of(10));
        assertThatThrownBy(() -> loss.check(Shape.of(16, 5, 5)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("CrossEntropy expects an output of [N, classes], but a sample's output is [16, 5, 5]. Maybe"
                        + " a Flatten and a Linear are missing at the end.");
    }
}
