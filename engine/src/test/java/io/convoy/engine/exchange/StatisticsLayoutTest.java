package io.convoy.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.Property;
import io.convoy.engine.exchange.StatisticsLayout.Over;
import io.convoy.engine.exchange.StatisticsLayout.Statistics;
import io.convoy.engine.rng.RandomStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class StatisticsLayoutTest {
    private static final int ELEMENTS = 6;
    private static final StatisticsLayout ONE_CHANNEL =
            new StatisticsLayout(List.of(new Statistics("bn", 1, ELEMENTS, 0.1)));

    /** Mean and biased variance of values from → to, in two passes in float64. */
    private static double[] twoPasses(double[] values, int from, int to) {
        double mean = 0;
        for (int i = from; i < to; i++) {
            mean += values[i] / (to - from);
        }
        double variance = 0;
        for (int i = from; i < to; i++) {
            variance += (values[i] - mean) * (values[i] - mean) / (to - from);
        }
        return new double[] {mean, variance};
    }

    private static float[] leaf(double[] values, StepPlan plan, int leaf) {
        double[] exact = twoPasses(values, plan.firstSample(leaf) * ELEMENTS, plan.firstSample(leaf + 1) * ELEMENTS);
        return new float[] {(float) exact[0], (float) exact[1]};
    }

    @Test
    void meansAndThenVariancesOfEachLayerFollowEachOther() {
        StatisticsLayout layout =
                new StatisticsLayout(List.of(new Statistics("bn1", 3, 16, 0.1), new Statistics("bn2", 2, 4, 0.2)));
        assertThat(layout.length()).isEqualTo(10);
        assertThat(layout.entries().get(1)).isEqualTo(new StatisticsLayout.Entry("bn2", 2, 4, 0.2, Over.BATCH, 6));
        assertThat(layout.entries().get(1).varianceOffset()).isEqualTo(8);
        assertThat(layout.initial()).containsExactly(0, 0, 0, 1, 1, 1, 0, 0, 1, 1);
    }

    @Test
    void mergingLeavesEqualsTwoPassesOverTheWholeBatch() {
        RandomStream stream = Property.seed(StatisticsLayoutTest.class).stream();
        for (int round = 0; round < 300; round++) {
            StepPlan plan = new StepPlan(0, 1 + stream.nextInt(60), 1 + stream.nextInt(9), 0.1);
            double offset = stream.nextDouble(-100, 100);
            double[] values = new double[plan.samples() * ELEMENTS];
            for (int i = 0; i < values.length; i++) {
                // Leaves differ in their means, so that the merged variance is more than the mean of variances.
                values[i] = offset + stream.nextGaussian() + i / (double) (ELEMENTS * plan.microBatch());
            }
            TreeSum<float[]> sum = ONE_CHANNEL.sum(plan);
            int[] order = new int[plan.leaves()];
            for (int i = 0; i < order.length; i++) {
                order[i] = i;
            }
            stream.shuffle(order);
            float[] merged = null;
            for (int leaf : order) {
                merged = sum.add(new LeafRange(leaf, leaf + 1), leaf(values, plan, leaf));
            }
            double[] expected = twoPasses(values, 0, values.length);
            float[] total = Objects.requireNonNull(merged);
            double scale = Math.abs(expected[0]) + Math.sqrt(expected[1]);
            assertThat((double) total[0]).isCloseTo(expected[0], within(1e-6 * scale));
            // A leaf's mean is rounded to float32, so the variance knows distances between means to that.
            assertThat((double) total[1])
                    .isCloseTo(expected[1], within(1e-6 * expected[1] + 1e-6 * scale * Math.sqrt(expected[1])));
        }
    }

    @Test
    void theShortLastLeafWeighsWhatItHolds() {
        float[] left = {0, 1};
        // 3 samples against 1: mean 0.25 · 4, variance (3·1 + 1·5)/4 + 16·3/16.
        ONE_CHANNEL.merge(left, 3, new float[] {4, 5}, 1);
        assertThat(left).containsExactly(1, 5);
    }

    @Test
    void statisticsOverInstancesAreMeans() {
        StatisticsLayout layout = new StatisticsLayout(List.of(new Statistics("in", 1, 1, 0.25, Over.INSTANCES)));
        float[] left = {0, 1};
        layout.merge(left, 3, new float[] {4, 5}, 1);
        assertThat(left).containsExactly(1, 2);
        // Unbiased already: 0.75 · 0 + 0.25 · 1 and 0.75 · 1 + 0.25 · 2.
        float[] running = layout.initial();
        layout.update(running, left, 7, 1);
        assertThat(running).containsExactly(0.25f, 1.25f);
    }

    @Test
    void runningStatisticsMoveByMomentumTowardsTheUnbiasedBatch() {
        float[] running = ONE_CHANNEL.initial();
        // n = 2 · 6: 0.9 · 0 + 0.1 · 3 and 0.9 · 1 + 0.1 · 5.5 · 12/11.
        ONE_CHANNEL.update(running, new float[] {3, 5.5f}, 7, 2);
        assertThat(running[0]).isCloseTo(0.3f, within(1e-7f));
        assertThat(running[1]).isCloseTo(1.5f, within(2e-7f));
    }

    @Test
    void withoutAMomentumTheRunningStatisticsAreTheMeansOfAllSteps() {
        StatisticsLayout layout = new StatisticsLayout(List.of(new Statistics("bn", 1, 4, null)));
        float[] running = layout.initial();
        float[] means = {3, -1, 4, 6};
        for (int step = 0; step < means.length; step++) {
            layout.update(running, new float[] {means[step], 3 * (step + 1)}, step, 1);
        }
        // What was there at first weighs nothing; 4/3 makes the variances unbiased.
        assertThat(running[0]).isCloseTo(3, within(1e-6f));
        assertThat(running[1]).isCloseTo((4 + 8 + 12 + 16) / 4f, within(2e-6f));
    }

    @Test
    void oneValueAChannelSaysNothingAboutTheVariance() {
        StatisticsLayout layout = new StatisticsLayout(List.of(new Statistics("bn", 1, 1, 0.5)));
        float[] running = {1, 4};
        layout.update(running, new float[] {3, 0}, 7, 1);
        assertThat(running).containsExactly(2, 4);
    }

    @Test
    void impossibleStatisticsAreRefused() {
        String expected =
                "Statistics of bn expect channels ≥ 1, elementsPerSample ≥ 1 and 0 ≤ momentum ≤ 1, but they got";
        assertThatThrownBy(() -> new Statistics("bn", 0, 1, 0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(expected + " channels 0, elementsPerSample 1, momentum 0.1.");
        assertThatThrownBy(() -> new Statistics("bn", 1, 0, 0.1))
                .hasMessage(expected + " channels 1, elementsPerSample 0, momentum 0.1.");
        assertThatThrownBy(() -> new Statistics("bn", 1, 1, 1.1))
                .hasMessage(expected + " channels 1, elementsPerSample 1, momentum 1.1.");
    }
}
