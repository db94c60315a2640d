package io.convoy.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.Property;
import io.convoy.engine.exchange.ParameterLayout.Parameter;
import io.convoy.engine.exchange.StatisticsLayout.Statistics;
import io.convoy.engine.optim.Adam;
import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalExchangeTest {
    private static final ParameterLayout LAYOUT = new ParameterLayout(
            List.of(
                    new Parameter("conv.weight", Shape.of(8, 3, 5, 5)),
                    new Parameter("conv.bias", Shape.of(8)),
                    new Parameter("fc.weight", Shape.of(10, 301))),
            1_000,
            3);
    private static final StatisticsLayout STATISTICS = new StatisticsLayout(List.of(new Statistics("bn", 4, 9, 0.1)));
    private static final Optimizer MOMENTUM = Sgd.withMomentum(0.9, 0.01);

    /** 27 samples in 7 leaves. */
    private static StepPlan plan(long step) {
        return new StepPlan(step, 27, 4, 0.1);
    }

    private static float[] gaussian(Seed seed, int length) {
        RandomStream stream = seed.stream();
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) stream.nextGaussian();
        }
        return values;
    }

    private static ModelState initial() {
        return ModelState.initial(gaussian(new Seed(1).child("weights"), LAYOUT.length()), STATISTICS.initial());
    }

    private static LocalExchange exchange(Optimizer optimizer, ModelState state) {
        return new LocalExchange(LAYOUT, STATISTICS, optimizer, state);
    }

    /** The gradient of one leaf's part, whoever computes it. */
    private static float[] gradient(long step, int leaf, Part part) {
        return gaussian(new Seed(2).child(step).child(leaf).child(part.index()), part.length());
    }

    private static float[] statistics(long step, int leaf) {
        float[] values = gaussian(new Seed(3).child(step).child(leaf), STATISTICS.length());
        for (int c = 0; c < 4; c++) {
            values[4 + c] = Math.abs(values[4 + c]);
        }
        return values;
    }

    /** All pushes of one step, in an order drawn from {@code stream}, some of them twice. */
    private static void step(LocalExchange exchange, StepPlan plan, RandomStream stream) {
        List<Runnable> pushes = new ArrayList<>();
        for (int i = 0; i < plan.leaves(); i++) {
            int leaf = i;
            LeafRange node = new LeafRange(leaf, leaf + 1);
            for (Part part : LAYOUT.parts()) {
                pushes.add(() -> exchange.push(plan, node, part, gradient(plan.step(), leaf, part)));
            }
            pushes.add(() -> exchange.pushStatistics(plan, node, statistics(plan.step(), leaf)));
        }
        int[] order = new int[pushes.size()];
        Arrays.setAll(order, i -> i);
        stream.shuffle(order);
        for (int i : order) {
            pushes.get(i).run();
            if (stream.nextInt(4) == 0) {
                pushes.get(order[stream.nextInt(order.length)]).run();
            }
        }
        pushes.forEach(Runnable::run);
    }

    private static void same(ModelState state, ModelState expected) {
        assertThat(state.version()).isEqualTo(expected.version());
        assertThat(state.weights()).isEqualTo(expected.weights());
        assertThat(state.optimizerState()).isDeepEqualTo(expected.optimizerState());
        assertThat(state.statistics()).isEqualTo(expected.statistics());
    }

    @Test
    void theOrderOfPushesChangesNoBitAndRepeatedOnesCountOnce() {
        RandomStream stream = Property.seed(LocalExchangeTest.class).stream();
        for (Optimizer optimizer : List.of(MOMENTUM, Adam.defaults())) {
            ModelState first = null;
            for (int run = 0; run < 4; run++) {
                LocalExchange exchange = exchange(optimizer, initial());
                for (long step = 0; step < 5; step++) {
                    step(exchange, plan(step), stream);
                }
                ModelState state = exchange.snapshot();
                assertThat(state.version()).isEqualTo(5);
                first = first == null ? state : first;
                same(state, first);
            }
        }
    }

    @Test
    void oneStepIsTheTreeSumAndThenTheRule() {
        LocalExchange exchange = exchange(new Sgd(0, 0, 0, false), initial());
        step(exchange, plan(0), new Seed(4).stream());
        float[] expected = initial().weights();
        for (Part part : LAYOUT.parts()) {
            float[][] leaves = new float[7][];
            Arrays.setAll(leaves, leaf -> gradient(0, leaf, part));
            for (int i = 0; i < part.length(); i++) {
                float sum = ((leaves[0][i] + leaves[1][i]) + (leaves[2][i] + leaves[3][i]))
                        + ((leaves[4][i] + leaves[5][i]) + leaves[6][i]);
                expected[part.offset() + i] -= 0.1f * sum;
            }
        }
        assertThat(exchange.snapshot().weights()).isEqualTo(expected);
    }

    @Test
    void runningStatisticsMoveOncePerStepFromTheMergedLeaves() {
        LocalExchange exchange = exchange(MOMENTUM, initial());
        StepPlan plan = plan(0);
        float[] leaf = new float[STATISTICS.length()];
        Arrays.fill(leaf, 0, 4, 5f);
        for (int i = 0; i < plan.leaves(); i++) {
            assertThat(exchange.snapshot().statistics()).isEqualTo(STATISTICS.initial());
            for (Part part : LAYOUT.parts()) {
                if (i < plan.leaves() - 1) {
                    exchange.push(plan, new LeafRange(i, i + 1), part, new float[part.length()]);
                }
            }
            exchange.pushStatistics(plan, new LeafRange(i, i + 1), leaf);
        }
        float[] expected = STATISTICS.initial();
        STATISTICS.update(expected, leaf, 0, 27);
        for (Part part : LAYOUT.parts()) {
            exchange.push(plan, new LeafRange(6, 7), part, new float[part.length()]);
        }
        assertThat(exchange.snapshot().statistics()).isEqualTo(expected);
        assertThat(expected[0]).isEqualTo(0.5f);
    }

    @Test
    void aRunThatIsResumedFromASnapshotHasTheSameBits() {
        for (Optimizer optimizer : List.of(MOMENTUM, new Adam(0.9, 0.999, 1e-8, 0.01, true))) {
            RandomStream stream = new Seed(6).stream();
            LocalExchange whole = exchange(optimizer, initial());
            LocalExchange stopped = exchange(optimizer, initial());
            for (long step = 0; step < 4; step++) {
                step(whole, plan(step), stream);
                step(stopped, plan(step), stream);
                stopped = exchange(optimizer, stopped.snapshot());
            }
            same(stopped.snapshot(), whole.snapshot());
        }
    }

    @Test
    void aSnapshotIsACopy() {
        LocalExchange exchange = exchange(MOMENTUM, initial());
        ModelState before = exchange.snapshot();
        float[] weights = before.weights().clone();
        step(exchange, plan(0), new Seed(1).stream());
        assertThat(before.weights()).isEqualTo(weights);
        assertThat(exchange.snapshot().weights()).isNotEqualTo(weights);
    }

    @Test
    void pullingHandsOutEveryPartAndTheStatistics() {
        LocalExchange exchange = exchange(MOMENTUM, initial());
        step(exchange, plan(0), new Seed(1).stream());
        float[] pulled = new float[LAYOUT.length()];
        float[] pulledStatistics = new float[STATISTICS.length()];
        exchange.pull(1, new GradientExchange.WeightSink() {
            @Override
            public void weights(Part part, float[] values) {
                System.arraycopy(values, 0, pulled, part.offset(), part.length());
            }

            @Override
            public void statistics(float[] values) {
                System.arraycopy(values, 0, pulledStatistics, 0, values.length);
            }
        });
        assertThat(pulled).isEqualTo(exchange.snapshot().weights());
        assertThat(pulledStatistics).isEqualTo(exchange.snapshot().statistics());
    }

    @Test
    void anotherVersionThanTheOneThereIsIsRefused() {
        LocalExchange exchange = exchange(MOMENTUM, initial());
        GradientExchange.WeightSink sink = new GradientExchange.WeightSink() {
            @Override
            public void weights(Part part, float[] values) {}

            @Override
            public void statistics(float[] values) {}
        };
        assertThatThrownBy(() -> exchange.pull(1, sink))
                .isInstanceOf(ExchangeException.class)
                .hasMessage("LocalExchange expects to be asked for the version it has, 0, but it was asked for 1."
                        + " Maybe a leaf of the step was not pushed.");
        Part part = LAYOUT.parts().get(0);
        assertThatThrownBy(() -> exchange.push(plan(1), new LeafRange(0, 1), part, new float[part.length()]))
                .isInstanceOf(ExchangeException.class)
                .hasMessage("LocalExchange expects step 0, but it was given a part of step 1."
                        + " Maybe a leaf of step 0 was not pushed.");
        assertThatThrownBy(() -> exchange.pushStatistics(plan(2), new LeafRange(0, 1), statistics(2, 0)))
                .hasMessage("LocalExchange expects step 0, but it was given a part of step 2."
                        + " Maybe a leaf of step 0 was not pushed.");
    }

    @Test
    void aSnapshotInTheMiddleOfAStepIsRefused() {
        LocalExchange exchange = exchange(MOMENTUM, initial());
        Part part = LAYOUT.parts().get(0);
        exchange.push(plan(0), new LeafRange(0, 7), part, new float[part.length()]);
        assertThatThrownBy(exchange::snapshot)
                .isInstanceOf(ExchangeException.class)
                .hasMessage("LocalExchange.snapshot expects to be called between two steps, but step 0 is done in part"
                        + " only.");
    }

    @Test
    void aStateOfAnotherNetworkOrOptimizerIsRefused() {
        float[] weights = new float[LAYOUT.length()];
        assertThatThrownBy(() -> exchange(MOMENTUM, ModelState.initial(new float[100], STATISTICS.initial())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ModelState expects " + LAYOUT.length()
                        + " floats as weights, but it has 100. Maybe it comes from another network.");
        assertThatThrownBy(() -> exchange(MOMENTUM, ModelState.initial(weights, new float[3])))
                .hasMessage("ModelState expects 8 floats as statistics, but it has 3. Maybe it comes from another"
                        + " network.");
        float[][] momentum = new float[1][LAYOUT.length()];
        assertThatThrownBy(() -> exchange(Adam.defaults(), new ModelState(3, weights, momentum, STATISTICS.initial())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ModelState expects 2 spans of optimiser state for Adam[beta1=0.9, beta2=0.999,"
                        + " epsilon=1.0E-8, weightDecay=0.0, amsgrad=false], but it has 1. Maybe it comes from a run"
                        + " with another optimiser.");
        assertThatThrownBy(() -> exchange(MOMENTUM, new ModelState(3, weights, new float[1][5], STATISTICS.initial())))
                .hasMessage("ModelState expects " + LAYOUT.length()
                        + " floats as an optimiser's state span, but it has 5. Maybe it comes from another network.");
        Part last = LAYOUT.parts().get(LAYOUT.parts().size() - 1);
        assertThatThrownBy(() -> PartState.cut(
                        LAYOUT,
                        last,
                        ModelState.initial(new float[last.end() - 1], STATISTICS.initial()),
                        UpdateRule.of(MOMENTUM)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aPartRefusesTheGradientOfAnotherStep() {
        Part part = LAYOUT.parts().get(0);
        PartState state = PartState.cut(LAYOUT, part, initial(), UpdateRule.of(MOMENTUM));
        assertThatThrownBy(() -> state.begin(plan(2), new float[part.length()]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Part 0 at version 0 expects the gradient of step 0 once, but it got that of step 2.");
    }

    @Test
    void aPlansMomentumTakesThePlaceOfTheRules() {
        try (LocalExchange own = exchange(Sgd.withMomentum(0.5, 0.01), initial());
                LocalExchange replaced = exchange(MOMENTUM, initial())) {
            for (long step = 0; step < 3; step++) {
                step(own, plan(step), new Seed(4).stream());
                step(replaced, new StepPlan(step, 27, 4, 0.1, 0.5), new Seed(4).stream());
            }
            assertThat(replaced.snapshot().weights())
                    .containsExactly(own.snapshot().weights());
        }
    }
}
