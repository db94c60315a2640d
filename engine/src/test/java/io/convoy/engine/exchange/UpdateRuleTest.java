package io.convoy.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.exchange.ParameterLayout.Entry;
import io.convoy.engine.exchange.ParameterLayout.Parameter;
import io.convoy.engine.optim.Adam;
import io.convoy.engine.optim.Averaging;
import io.convoy.engine.optim.Clipping;
import io.convoy.engine.optim.Lamb;
import io.convoy.engine.optim.Lars;
import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.ParameterGroup;
import io.convoy.engine.optim.Penalty;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.optim.Update;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is around an optimiser, against plain float64 arithmetic on the whole flat vector, however it is cut. */
class UpdateRuleTest {
    private static final int STEPS = 4;
    private static final double RATE = 0.1;
    private static final StatisticsLayout NONE = new StatisticsLayout(List.of());
    private static final UpdateRule DESCENT = UpdateRule.of(new Sgd(0, 0, 0, false));

    private static ParameterLayout layout(int shards) {
        return new ParameterLayout(
                List.of(
                        new Parameter("conv.weight", Shape.of(8, 7, 5, 5)),
                        new Parameter("conv.bias", Shape.of(8)),
                        new Parameter("bn.weight", Shape.of(3), true),
                        new Parameter("bn.bias", Shape.of(3), true),
                        new Parameter("fc.weight", Shape.of(10, 701)),
                        new Parameter("fc.bias", Shape.of(10))),
                2_000,
                shards);
    }

    private static float[] gaussian(Seed seed, ParameterLayout layout) {
        float[] flat = new float[layout.length()];
        RandomStream stream = seed.stream();
        for (Entry entry : layout.entries()) {
            for (int i = 0; i < entry.length(); i++) {
                flat[entry.offset() + i] = (float) stream.nextGaussian();
            }
        }
        return flat;
    }

    private static float[] gradient(long step) {
        return gaussian(new Seed(2).child(step), layout(1));
    }

    private static ModelState initial() {
        return ModelState.initial(gaussian(new Seed(1), layout(1)), new float[0]);
    }

    private static LocalExchange run(UpdateRule rule, int shards, ModelState start, long steps) {
        ParameterLayout layout = layout(shards);
        LocalExchange exchange = new LocalExchange(layout, NONE, rule, start);
        for (long step = start.version(); step < steps; step++) {
            StepPlan plan = new StepPlan(step, 1, 1, RATE);
            for (Part part : layout.parts()) {
                exchange.push(
                        plan, new LeafRange(0, 1), part, Arrays.copyOfRange(gradient(step), part.offset(), part.end()));
            }
        }
        return exchange;
    }

    private static float[] weights(UpdateRule rule) {
        return run(rule, 2, initial(), STEPS).snapshot().weights();
    }

    /** One step in float64. */
    private interface Formula {
        void step(int step, double[] w, double[] g);
    }

    private static void follows(UpdateRule rule, Formula formula) {
        double[] w = wide(initial().weights());
        for (int step = 0; step < STEPS; step++) {
            formula.step(step, w, wide(gradient(step)));
        }
        float[] actual = weights(rule);
        for (int i = 0; i < w.length; i++) {
            assertThat((double) actual[i]).as("%s at %d", rule, i).isCloseTo(w[i], within(2e-5));
        }
    }

    private static double[] wide(float[] values) {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        return wide;
    }

    /** Whether float i of the flat vector belongs to a tensor whose name begins so. */
    private static boolean in(String name, int i) {
        return layout(1).entries().stream()
                .anyMatch(entry ->
                        entry.name().startsWith(name) && i >= entry.offset() && i < entry.offset() + entry.length());
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(x -> x * x).sum());
    }

    @Test
    void anyNumberOfShardsGivesTheSameBits() {
        ParameterGroup[] groups = {ParameterGroup.frozen("bn.weight"), ParameterGroup.withoutDecay()};
        for (Optimizer optimizer :
                List.of(Sgd.withMomentum(0.9, 0.01), new Lars(0.9, 0.01, 0.1, 1e-8), new Lamb(0.9, 0.99, 1e-6, 0.01))) {
            for (Clipping clipping : List.of(Clipping.NONE, new Clipping.ByNorm(1), new Clipping.ByValue(0.5))) {
                UpdateRule rule = UpdateRule.of(optimizer)
                        .with(clipping)
                        .with(new Penalty(0.01, 0.02))
                        .with(new Averaging(0.9))
                        .with(groups);
                ModelState one = run(rule, 1, initial(), STEPS).snapshot();
                assertThat(one.version()).isEqualTo(STEPS);
                assertThat(one.weights()).isNotEqualTo(initial().weights());
                for (int shards = 2; shards <= 7; shards++) {
                    ModelState other = run(rule, shards, initial(), STEPS).snapshot();
                    assertThat(other.weights())
                            .as("%s, %d shards", rule, shards)
                            .isEqualTo(one.weights());
                    assertThat(other.optimizerState()).isDeepEqualTo(one.optimizerState());
                }
            }
        }
    }

    @Test
    void aRunThatIsResumedHasTheBitsOfOneThatWasNotStopped() {
        UpdateRule rule =
                UpdateRule.of(Lamb.defaults()).with(new Clipping.ByNorm(5)).with(new Averaging(0.8));
        ModelState half = run(rule, 3, initial(), 2).snapshot();
        ModelState whole = run(rule, 2, initial(), STEPS).snapshot();
        ModelState resumed = run(rule, 2, half, STEPS).snapshot();
        assertThat(resumed.weights()).isEqualTo(whole.weights());
        assertThat(resumed.optimizerState()).isDeepEqualTo(whole.optimizerState());
    }

    @Test
    void clippingByNormScalesTheWholeGradientToTheLimit() {
        double length = norm(wide(gradient(0)));
        assertThat(length).isBetween(80.0, 110.0);
        follows(DESCENT.with(new Clipping.ByNorm(3)), (step, w, g) -> {
            double factor = Math.min(1, 3 / (norm(g) + 1e-6));
            for (int i = 0; i < w.length; i++) {
                w[i] -= RATE * factor * g[i];
            }
        });
        assertThat(weights(DESCENT.with(new Clipping.ByNorm(1000)))).isEqualTo(weights(DESCENT));
    }

    @Test
    void clippingByValueCutsEachComponent() {
        follows(DESCENT.with(new Clipping.ByValue(0.5)), (step, w, g) -> {
            for (int i = 0; i < w.length; i++) {
                w[i] -= RATE * Math.max(-0.5, Math.min(0.5, g[i]));
            }
        });
    }

    @Test
    void thePenaltyIsPartOfTheGradientThatIsClipped() {
        follows(DESCENT.with(new Penalty(0.3, 0.7)).with(new Clipping.ByNorm(3)), (step, w, g) -> {
            for (int i = 0; i < w.length; i++) {
                g[i] += 0.3 * Math.signum(w[i]) + 0.7 * w[i];
            }
            double factor = Math.min(1, 3 / (norm(g) + 1e-6));
            for (int i = 0; i < w.length; i++) {
                w[i] -= RATE * factor * g[i];
            }
        });
    }

    @Test
    void weightDecayIsNotClipped() {
        follows(UpdateRule.of(new Sgd(0, 0, 0.7, false)).with(new Clipping.ByNorm(3)), (step, w, g) -> {
            double factor = Math.min(1, 3 / (norm(g) + 1e-6));
            for (int i = 0; i < w.length; i++) {
                w[i] -= RATE * (factor * g[i] + 0.7 * w[i]);
            }
        });
    }

    @Test
    void biasesAndNormalisationsDoNotDecayIfSo() {
        UpdateRule rule = UpdateRule.of(new Sgd(0, 0, 0.5, false))
                .with(new Penalty(0.1, 0.2))
                .with(ParameterGroup.withoutDecay());
        follows(rule, (step, w, g) -> {
            for (int i = 0; i < w.length; i++) {
                boolean decays = in("conv.weight", i) || in("fc.weight", i);
                w[i] -= RATE * (g[i] + (decays ? 0.7 * w[i] + 0.1 * Math.signum(w[i]) : 0));
            }
        });
    }

    @Test
    void theFirstGroupThatHasAParameterSetsItsRate() {
        UpdateRule rule = DESCENT.with(
                ParameterGroup.withRate("conv.*", 0.1),
                ParameterGroup.withRate("*.bias", 3),
                new ParameterGroup("bn*", Set.of(ParameterGroup.Kind.NORMALIZATION), 0, 1, false));
        follows(rule, (step, w, g) -> {
            for (int i = 0; i < w.length; i++) {
                double factor =
                        in("conv", i) ? 0.1 : in("fc.bias", i) || in("bn.bias", i) ? 3 : in("bn.weight", i) ? 0 : 1;
                w[i] -= RATE * factor * g[i];
            }
        });
    }

    @Test
    void frozenParametersKeepTheirBitsAndTheirStateAndDoNotCountInNorms() {
        UpdateRule rule = UpdateRule.of(new Adam(0.9, 0.999, 1e-8, 0.1, false))
                .with(new Clipping.ByNorm(3))
                .with(new Penalty(0.1, 0))
                .with(ParameterGroup.frozen("conv.*"));
        ModelState after = run(rule, 3, initial(), STEPS).snapshot();
        float[] before = initial().weights();
        for (int i = 0; i < before.length; i++) {
            boolean frozen = in("conv", i);
            assertThat(after.weights()[i] == before[i])
                    .as("float %d is as it was", i)
                    .isEqualTo(frozen || before[i] == 0);
            assertThat(after.optimizerState()[0][i] == 0).isEqualTo(frozen || before[i] == 0);
        }
        follows(DESCENT.with(new Clipping.ByNorm(3)).with(ParameterGroup.frozen("fc.*")), (step, w, g) -> {
            for (int i = 0; i < g.length; i++) {
                g[i] = in("fc", i) ? 0 : g[i];
            }
            double factor = Math.min(1, 3 / (norm(g) + 1e-6));
            for (int i = 0; i < w.length; i++) {
                w[i] -= RATE * factor * g[i];
            }
        });
    }

    @Test
    void aLayerwiseRuleSeesTheNormsOfTheClippedGradient() {
        follows(UpdateRule.of(new Lars(0, 0.01, 0.05, 1e-8)).with(new Clipping.ByNorm(3)), (step, w, g) -> {
            double factor = Math.min(1, 3 / (norm(g) + 1e-6));
            for (Entry entry : layout(1).entries()) {
                int end = entry.offset() + entry.length();
                double weights = norm(Arrays.copyOfRange(w, entry.offset(), end));
                double gradients = factor * norm(Arrays.copyOfRange(g, entry.offset(), end));
                double local = 0.05 * weights / (gradients + 0.01 * weights + 1e-8);
                for (int i = entry.offset(); i < end; i++) {
                    w[i] -= RATE * local * (factor * g[i] + 0.01 * w[i]);
                }
            }
        });
    }

    private static float[] averages(LocalExchange exchange, long version) {
        float[] flat = new float[layout(1).length()];
        exchange.pullAverages(version, new GradientExchange.WeightSink() {
            @Override
            public void weights(Part part, float[] values) {
                System.arraycopy(values, 0, flat, part.offset(), part.length());
            }

            @Override
            public void statistics(float[] values) {
                throw new AssertionError("there are none");
            }
        });
        return flat;
    }

    @Test
    void theAverageStartsWithTheFirstStepsWeightsAndFollowsThem() {
        UpdateRule rule = DESCENT.with(new Averaging(0.75)).with(ParameterGroup.frozen("conv.*"));
        LocalExchange exchange = run(rule, 2, initial(), 0);
        assertThat(averages(exchange, 0)).isEqualTo(initial().weights());
        double[] expected = wide(run(rule, 2, initial(), 1).snapshot().weights());
        for (int step = 1; step < STEPS; step++) {
            float[] w = run(rule, 2, initial(), step + 1).snapshot().weights();
            for (int i = 0; i < expected.length; i++) {
                expected[i] = 0.75 * expected[i] + 0.25 * w[i];
            }
        }
        exchange = run(rule, 2, initial(), STEPS);
        float[] average = averages(exchange, STEPS);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) average[i]).isCloseTo(expected[i], within(1e-6));
        }
        assertThat(average).isNotEqualTo(exchange.snapshot().weights());
        assertThat(exchange.snapshot().optimizerState()).hasDimensions(1, average.length);
        LocalExchange without = run(DESCENT, 2, initial(), STEPS);
        assertThat(averages(without, STEPS)).isEqualTo(without.snapshot().weights());
    }

    @Test
    void aPartWaitsForTheSumsOfAllOthers() {
        ParameterLayout layout = layout(2);
        Part part = layout.parts().get(0);
        UpdateRule rule = UpdateRule.of(Lamb.defaults());
        PartState state = PartState.cut(layout, part, initial(), rule);
        StepPlan plan = new StepPlan(0, 1, 1, RATE);
        float[] gradient = new float[part.length()];
        assertThat(state.isBegun()).isFalse();
        double[] sums = state.begin(plan, gradient);
        PartialSums collected = new PartialSums(layout, rule, 0);
        assertThat(sums).hasSize(collected.length(0, part));
        assertThat(state.isReady()).isFalse();
        assertThatThrownBy(() -> state.apply(plan, gradient))
                .hasMessage("Part 0 expects all sums before it is applied.");
        assertThat(collected.missing(0)).isEqualTo(layout.parts());
        assertThatThrownBy(() -> collected.totals(0)).hasMessage("Sums over tensors expect those of part 0.");
        for (Part one : layout.parts()) {
            assertThat(collected.isComplete(0)).isFalse();
            assertThat(collected.add(0, one, new double[collected.length(0, one)]))
                    .isTrue();
            assertThat(collected.add(0, one, new double[1])).isFalse();
        }
        assertThat(state.proceed(plan, gradient, collected.totals(0))).isNull();
        assertThatThrownBy(() -> state.proceed(plan, gradient, collected.totals(0)))
                .hasMessage("Part 0 expects sums only when it waits for them.");
        assertThat(state.isReady()).isTrue();
        state.apply(plan, gradient);
        assertThat(state.version()).isEqualTo(1);
        collected.next();
        assertThat(collected.step()).isEqualTo(1);
        assertThat(collected.missing(0)).isEqualTo(layout.parts());
    }

    @Test
    void blocksAreCountedFromTheStartOfEachTensor() {
        ParameterLayout layout = layout(3);
        int blocks = layout.parts().stream().mapToInt(layout::blocks).sum();
        assertThat(blocks).isEqualTo(2 + 1 + 1 + 1 + 7 + 1);
        for (Part part : layout.parts()) {
            for (ParameterLayout.Piece piece : layout.pieces(part)) {
                int behind =
                        piece.offset() - layout.entries().get(piece.tensor()).offset();
                assertThat(behind % ParameterLayout.BLOCK).isZero();
            }
        }
    }

    @Test
    void patternsAndKindsSelectParameters() {
        ParameterGroup group = new ParameterGroup("layer1.*.w*t", Set.of(), 1, 1, false);
        assertThat(group.matches("layer1.0.conv.weight")).isTrue();
        assertThat(group.matches("layer1x0.conv.weight")).isFalse();
        assertThat(group.matches("layer1.0.bias")).isFalse();
        assertThat(ParameterGroup.REST.has("anything", false)).isTrue();
        assertThat(ParameterGroup.withoutDecay().has("fc.bias", false)).isTrue();
        assertThat(ParameterGroup.withoutDecay().has("fc.nobias", false)).isFalse();
        assertThat(ParameterGroup.withoutDecay().has("bn.weight", true)).isTrue();
        assertThat(ParameterGroup.withoutDecay().has("fc.weight", false)).isFalse();
    }

    /** A rule that asks for more than a frame holds. */
    private record Greedy() implements Optimizer {
        @Override
        public int stateSpans() {
            return 0;
        }

        @Override
        public int sums() {
            return 9;
        }

        @Override
        public void update(Update update, float[] w, float[] g, float[][] state, int offset, int length) {
            throw new AssertionError("not built");
        }
    }

    @Test
    void impossibleValuesAreRefused() {
        refused(() -> new Penalty(-1, 0), "Penalty expects l1 to be at least 0, but it is -1.0.");
        refused(() -> new Penalty(0, Double.NaN), "Penalty expects l2 to be at least 0, but it is NaN.");
        refused(() -> new Clipping.ByNorm(0), "Clipping.ByNorm expects limit above 0.0, but it is 0.0.");
        refused(() -> new Clipping.ByValue(-1), "Clipping.ByValue expects limit above 0.0, but it is -1.0.");
        refused(() -> new Averaging(1), "Averaging expects 0.0 ≤ decay < 1.0, but decay is 1.0.");
        refused(
                () -> new ParameterGroup(" ", Set.of(), 1, 1, false),
                "ParameterGroup expects a pattern of names, but it is empty. Maybe * is meant.");
        refused(
                () -> ParameterGroup.withRate("*", -1),
                "ParameterGroup expects rateFactor to be at least 0, but it is -1.0.");
        refused(
                () -> new ParameterGroup("*", Set.of(), 1, -1, false),
                "ParameterGroup expects decayFactor to be at least 0, but it is -1.0.");
        refused(
                () -> UpdateRule.of(new Greedy()),
                "UpdateRule expects an optimizer with 0 to 8 sums, but Greedy[] has 9.");
        UpdateRule misspelt = DESCENT.with(ParameterGroup.frozen("cnov.*"));
        refused(
                () -> misspelt.requireNames(List.of("conv.weight", "conv.bias")),
                "A parameter group expects to have at least one of the 2 parameters, but none is called \"cnov.*\". Maybe"
                        + " one of these is meant: conv.weight, conv.bias.");
        refused(
                () -> misspelt.requireNames(List.of("a", "b", "c", "d", "e")),
                "A parameter group expects to have at least one of the 5 parameters, but none is called \"cnov.*\". Maybe"
                        + " one of these is meant: a, b, c, d, ….");
    }

    private static void refused(Runnable construction, String message) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
