package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Dropout2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DroppingTest {
    private static final Shape SHAPE = Shape.of(5, 7, 9, 11);

    private static float[] filled(float value) {
        float[] values = new float[Math.toIntExact(SHAPE.count())];
        Arrays.fill(values, value);
        return values;
    }

    private static SingleLayer.Result run(Layer layer, boolean training, long seed) {
        return SingleLayer.run(
                layer,
                new Purpose(SHAPE.size(0), training, true, true),
                new Seed(seed),
                List.of(SHAPE),
                List.of(filled(3)),
                Map.of(),
                filled(2));
    }

    private static double share(float[] values, float of) {
        int count = 0;
        for (float value : values) {
            count += value == of ? 1 : 0;
        }
        return (double) count / values.length;
    }

    @Test
    void aValueIsDroppedOrScaledSoThatTheMeanStays() {
        for (double p : new double[] {0.1, 0.5, 0.8}) {
            SingleLayer.Result result = run(Dropout.of(p), true, 1);
            float kept = 3 * (float) (1 / (1 - p));
            float[] y = result.outputs().get(0);
            // 3,465 draws: five standard deviations are at most 0.043.
            assertThat(share(y, 0)).isCloseTo(p, within(0.043));
            assertThat(share(y, 0) + share(y, kept)).isEqualTo(1);
            // The gradient goes where the value went.
            for (int i = 0; i < y.length; i++) {
                assertThat(result.inputGradients().get(0)[i]).isCloseTo(y[i] * 2 / 3, within(1e-6f));
            }
        }
    }

    @Test
    void aFeatureMapIsDroppedAsAWhole() {
        SingleLayer.Result result = run(new Dropout2d(0.4), true, 1);
        float[] y = result.outputs().get(0);
        int plane = 99;
        int dropped = 0;
        for (int map = 0; map < 35; map++) {
            assertThat(Arrays.copyOfRange(y, map * plane, (map + 1) * plane)).containsOnly(y[map * plane]);
            assertThat(y[map * plane]).isIn(0f, 3 * (float) (1 / 0.6));
            assertThat(result.inputGradients().get(0)[map * plane]).isEqualTo(y[map * plane] / 3 * 2);
            dropped += y[map * plane] == 0 ? 1 : 0;
        }
        assertThat(dropped).isBetween(4, 26);
    }

    @Test
    void theSeedDecidesAndNothingElse() {
        for (Layer layer : List.of(Dropout.of(0.5), new Dropout2d(0.5))) {
            float[] once = run(layer, true, 1).outputs().get(0);
            assertThat(run(layer, true, 1).outputs().get(0)).isEqualTo(once);
            assertThat(run(layer, true, 2).outputs().get(0)).isNotEqualTo(once);
        }
    }

    @Test
    void samplesAreDroppedIndependently() {
        float[] y = run(Dropout.of(0.5), true, 1).outputs().get(0);
        int sample = y.length / 5;
        assertThat(Arrays.copyOfRange(y, 0, sample)).isNotEqualTo(Arrays.copyOfRange(y, sample, 2 * sample));
    }

    @Test
    void inferenceAndProbability0LeaveEverythingAndProbability1Nothing() {
        for (Layer layer : List.of(Dropout.of(0.5), new Dropout2d(0.5), Dropout.of(1))) {
            SingleLayer.Result inferred = run(layer, false, 1);
            assertThat(inferred.outputs().get(0)).isEqualTo(filled(3));
            assertThat(inferred.inputGradients().get(0)).isEqualTo(filled(2));
        }
        assertThat(run(Dropout.of(0), true, 1).outputs().get(0)).isEqualTo(filled(3));
        for (Layer layer : List.of(Dropout.of(1), new Dropout2d(1))) {
            SingleLayer.Result nothing = run(layer, true, 1);
            assertThat(nothing.outputs().get(0)).isEqualTo(filled(0));
            assertThat(nothing.inputGradients().get(0)).isEqualTo(filled(0));
        }
    }

    @Test
    void aGivenMaskIsTaken() {
        Shape shape = Shape.of(2, 2);
        SingleLayer.Result result = SingleLayer.train(
                new Dropout(0.75, true),
                List.of(shape, shape),
                List.of(new float[] {1, 2, 3, 4}, new float[] {1, 0, 0, 1}),
                Map.of(),
                new float[] {10, 20, 30, 40});
        assertThat(result.outputs().get(0)).containsExactly(4, 0, 0, 16);
        assertThat(result.inputGradients().get(0)).containsExactly(40, 0, 0, 160);
        assertThat(result.inputGradients().get(1)).containsExactly(0, 0, 0, 0);
    }
}
