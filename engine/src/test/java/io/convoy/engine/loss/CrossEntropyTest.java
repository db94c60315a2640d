package io.convoy.engine.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.Property;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrossEntropyTest {
    private final CrossEntropy loss = new CrossEntropy();

    /** The sum; overwrites {@code gradient} with {@code scale} times its own. */
    private double evaluate(float[] logits, int classes, float[] targets, double scale, float[] gradient) {
        Batch batch = LossProbe.batch(List.of(Shape.of(classes)), Shape.of(), targets.length, List.of(logits), targets);
        double[] sums = new double[1];
        loss.evaluate(batch, new double[] {scale}, sums);
        System.arraycopy(batch.gradient(0), 0, gradient, 0, gradient.length);
        return sums[0];
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
    void onlyTheSamplesThatThereAreAreLookedAt() {
        Batch batch = LossProbe.batch(
                List.of(Shape.of(2)), Shape.of(), 2, List.of(new float[] {0, 0, Float.NaN, Float.NaN}), new float[] {
                    0, 99
                });
        Arrays.fill(batch.gradient(0), 5);
        double[] sums = {77};
        loss.evaluate(batch.withSamples(1), new double[] {1}, sums);
        assertThat(sums[0]).isCloseTo(Math.log(2), within(1e-15));
        assertThat(batch.gradient(0)).containsExactly(-0.5f, 0.5f, 5, 5);
        assertThat(LossProbe.normalizers(loss, batch)).containsExactly(1);
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

    private void refused(CrossEntropy refusing, List<Shape> outputs, Shape target, String message) {
        assertThatThrownBy(() -> refusing.check(outputs, target))
                .isInstanceOf(ShapeException.class)
                .hasMessage(message);
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        loss.check(List.of(Shape.of(10)), Shape.of());
        loss.check(List.of(Shape.of(10)), Shape.of(10));
        loss.check(List.of(Shape.of(4, 5, 6)), Shape.of(5, 6));
        loss.check(List.of(Shape.of(4, 5, 6)), Shape.of(4, 5, 6));
        refused(
                loss,
                List.of(Shape.of(16, 5, 5)),
                Shape.of(),
                "CrossEntropy expects targets of [5, 5], a class for each position, or of [16, 5, 5], probabilities of the"
                        + " classes, for an output of [16, 5, 5], but a sample's target is []. Maybe a Flatten and a"
                        + " Linear are missing at the end.");
        refused(
                loss,
                List.of(Shape.of(3)),
                Shape.of(4),
                "CrossEntropy expects targets of [], a class for each position, or of [3], probabilities of the classes,"
                        + " for an output of [3], but a sample's target is [4].");
        refused(
                loss,
                List.of(Shape.of()),
                Shape.of(),
                "CrossEntropy expects an output of [N, classes, …], but a sample's output is [].");
        refused(
                loss,
                List.of(Shape.of(3), Shape.of(4)),
                Shape.of(),
                "CrossEntropy expects a network with 1 output, but it has 2. Maybe a WeightedSum of several losses is"
                        + " meant.");
        refused(
                loss.withClassWeights(List.of(1.0, 2.0)),
                List.of(Shape.of(3)),
                Shape.of(),
                "CrossEntropy expects a weight for each of the 3 classes of its output, but it has 2.");
    }

    @Test
    void argumentsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> loss.withClassWeights(List.of(1.0, -1.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("CrossEntropy expects finite classWeights of at least 0, but they are [1.0, -1.0].");
        assertThatThrownBy(() -> loss.withClassWeights(List.of(Double.NaN)))
                .hasMessage("CrossEntropy expects finite classWeights of at least 0, but they are [NaN].");
        assertThatThrownBy(() -> loss.withLabelSmoothing(1.5))
                .hasMessage("CrossEntropy expects labelSmoothing from 0 to 1, but labelSmoothing is 1.5.");
        assertThatThrownBy(() -> loss.withLabelSmoothing(Double.NaN))
                .hasMessage("CrossEntropy expects labelSmoothing from 0 to 1, but labelSmoothing is NaN.");
    }
}
