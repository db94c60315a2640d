package io.convoy.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.Property;
import io.convoy.engine.rng.RandomStream;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every rule promises to whoever owns a run of parameters. */
class OptimizerTest {
    private static final int LENGTH = 300;
    private static final int STEPS = 8;

    static Stream<Optimizer> rules() {
        return Stream.of(
                new Sgd(0, 0, 0, false),
                new Sgd(0, 0, 0.01, false),
                Sgd.withMomentum(0.9, 0.01),
                new Sgd(0.9, 0.3, 0, false),
                new Sgd(0.9, 0, 0.01, true),
                Adam.defaults(),
                new Adam(0.9, 0.99, 1e-6, 0.1, true));
    }

    private static float[] values(RandomStream stream, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) stream.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("rules")
    void cuttingASpanAnywhereGivesTheSameBits(Optimizer rule) {
        RandomStream stream = Property.seed(OptimizerTest.class).stream();
        float[] initial = values(stream, LENGTH);
        float[][] gradients = new float[STEPS][];
        Arrays.setAll(gradients, step -> values(stream, LENGTH));
        float[] whole = initial.clone();
        float[][] wholeState = new float[rule.stateSpans()][LENGTH];
        for (int step = 0; step < STEPS; step++) {
            rule.update(step, 0.1, whole, gradients[step], wholeState, 0, LENGTH);
        }
        for (int cut = 0; cut <= LENGTH; cut += 1 + stream.nextInt(20)) {
            float[] w = initial.clone();
            float[][] state = new float[rule.stateSpans()][LENGTH];
            for (int step = 0; step < STEPS; step++) {
                rule.update(step, 0.1, w, gradients[step], state, cut, LENGTH - cut);
                rule.update(step, 0.1, w, gradients[step], state, 0, cut);
            }
            assertThat(w).as("cut at %d", cut).isEqualTo(whole);
            assertThat(state).as("state, cut at %d", cut).isDeepEqualTo(wholeState);
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void nothingOutsideTheSpanIsTouchedAndTheGradientIsOnlyRead(Optimizer rule) {
        float[] w = new float[10];
        Arrays.fill(w, 1);
        float[] g = new float[10];
        Arrays.fill(g, 2);
        float[][] state = new float[rule.stateSpans()][10];
        rule.update(0, 0.1, w, g, state, 3, 4);
        assertThat(g).containsOnly(2f);
        for (int i = 0; i < 10; i++) {
            boolean inside = i >= 3 && i < 7;
            assertThat(w[i] != 1f).as("w[%d] changed", i).isEqualTo(inside);
            for (float[] span : state) {
                assertThat(span[i] != 0f).as("state[%d] changed", i).isEqualTo(inside);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aRateOfZeroMovesNothing(Optimizer rule) {
        float[] w = {1, -2};
        float[][] state = new float[rule.stateSpans()][2];
        rule.update(0, 0, w, new float[] {3, 4}, state, 0, 2);
        assertThat(w).containsExactly(1, -2);
    }
}
