package io.convoy.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.Property;
import io.convoy.engine.rng.RandomStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
                new Adam(0.9, 0.99, 1e-6, 0.1, true),
                AdamW.defaults(),
                new AdamW(0.9, 0.99, 1e-6, 0.1, true),
                new Adamax(0.9, 0.99, 1e-6, 0.1),
                new NAdam(0.9, 0.99, 1e-6, 0.1, 0.004, false),
                new NAdam(0.9, 0.99, 1e-6, 0.1, 0.004, true),
                new Adagrad(0.1, 0.01, 0.5, 1e-6),
                new RmsProp(0.9, 1e-6, 0.01, 0, false),
                new RmsProp(0.9, 1e-6, 0.01, 0, true),
                new RmsProp(0.9, 1e-6, 0.01, 0.9, false),
                new RmsProp(0.9, 1e-6, 0.01, 0.9, true),
                new Adadelta(0.9, 1e-6, 0.01),
                new Lars(0.9, 0.01, 0.1, 1e-8),
                new Lamb(0.9, 0.99, 1e-6, 0.01));
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
            WholeTensor.step(rule, Update.of(step, 0.1), whole, gradients[step], wholeState);
        }
        for (int cut = 0; cut <= LENGTH; cut += 1 + stream.nextInt(20)) {
            float[] w = initial.clone();
            float[][] state = new float[rule.stateSpans()][LENGTH];
            for (int step = 0; step < STEPS; step++) {
                Update update = WholeTensor.measured(rule, Update.of(step, 0.1), w, gradients[step], state);
                rule.update(update, w, gradients[step], state, cut, LENGTH - cut);
                rule.update(update, w, gradients[step], state, 0, cut);
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
        Update update = Update.of(0, 0.1);
        if (rule.sums() > 0) {
            double[] sums = new double[rule.sums()];
            rule.measure(update, w, g, state, 3, 4, sums);
            assertThat(w).containsOnly(1f);
            update = update.with(Arrays.stream(sums).boxed().toList());
        }
        rule.update(update, w, g, state, 3, 4);
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
        WholeTensor.step(rule, Update.of(0, 0), w, new float[] {3, 4}, state);
        assertThat(w).containsExactly(1, -2);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theDecayFactorScalesTheWeightDecayAlone(Optimizer rule) {
        float[] w = {1, -2};
        float[] undecayed = w.clone();
        float[][] state = new float[rule.stateSpans()][2];
        float[][] undecayedState = new float[rule.stateSpans()][2];
        for (int step = 0; step < 3; step++) {
            float[] g = {3 - step, 4 + 2 * step};
            WholeTensor.step(rule, Update.of(step, 0.1), w, g, state);
            WholeTensor.step(rule, new Update(step, 0.1, Double.NaN, 0, List.of()), undecayed, g, undecayedState);
        }
        boolean decays = rule.toString().matches(".*weightDecay=0\\.[0-9]*[1-9].*");
        assertThat(Arrays.equals(w, undecayed)).isNotEqualTo(decays);
    }

    @Test
    void theScheduleMomentumTakesThePlaceOfTheRulesOwn() {
        same(Sgd.withMomentum(0.9, 0.01), Sgd.withMomentum(0.5, 0.01));
        same(new Sgd(0.9, 0, 0, true), new Sgd(0.5, 0, 0, true));
        same(new Adam(0.9, 0.99, 1e-6, 0.1, true), new Adam(0.5, 0.99, 1e-6, 0.1, true));
        same(new AdamW(0.9, 0.99, 1e-6, 0.1, true), new AdamW(0.5, 0.99, 1e-6, 0.1, true));
        same(new Adamax(0.9, 0.99, 1e-6, 0.1), new Adamax(0.5, 0.99, 1e-6, 0.1));
        same(NAdam.defaults(), new NAdam(0.5, 0.999, 1e-8, 0, 0.004, false));
        same(new RmsProp(0.9, 1e-6, 0, 0.9, false), new RmsProp(0.9, 1e-6, 0, 0.5, false));
        same(Lars.defaults(), new Lars(0.5, 0, 0.001, 1e-8));
        same(Lamb.defaults(), new Lamb(0.5, 0.999, 1e-6, 0));
    }

    /** {@code rule} with a momentum of 0.5 from the schedule does what {@code other} does by itself. */
    private static void same(Optimizer rule, Optimizer other) {
        RandomStream stream = Property.seed(OptimizerTest.class).stream();
        float[] w = values(stream, 50);
        float[] expected = w.clone();
        float[] own = w.clone();
        float[][] state = new float[rule.stateSpans()][50];
        float[][] expectedState = new float[rule.stateSpans()][50];
        float[][] ownState = new float[rule.stateSpans()][50];
        for (int step = 0; step < 4; step++) {
            float[] g = values(stream, 50);
            WholeTensor.step(rule, new Update(step, 0.1, 0.5, 1, List.of()), w, g, state);
            WholeTensor.step(other, Update.of(step, 0.1), expected, g, expectedState);
            WholeTensor.step(rule, Update.of(step, 0.1), own, g, ownState);
        }
        assertThat(w).as("%s", rule).isEqualTo(expected).isNotEqualTo(own);
    }
}
