package io.convoy.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StepPlanTest {
    @Test
    void leavesAreMicroBatchesAndTheLastOneMayBeShort() {
        StepPlan plan = new StepPlan(0, 27, 4, 0.1);
        assertThat(plan.leaves()).isEqualTo(7);
        assertThat(plan.samples(new LeafRange(6, 7))).isEqualTo(3);
        assertThat(plan.samples(new LeafRange(0, 6))).isEqualTo(24);
        assertThat(plan.samples(plan.tree().root())).isEqualTo(27);
        assertThat(plan.firstSample(6)).isEqualTo(24);
        assertThat(new StepPlan(0, 28, 4, 0.1).leaves()).isEqualTo(7);
        assertThat(new StepPlan(0, 1, 4, 0.1).leaves()).isOne();
    }

    @Test
    void aMicroBatchAsLargeAsAnIntIsOneLeaf() {
        StepPlan plan = new StepPlan(0, 100, Integer.MAX_VALUE, 0.1);
        assertThat(plan.leaves()).isOne();
        assertThat(plan.samples(plan.tree().root())).isEqualTo(100);
        StepPlan two = new StepPlan(0, Integer.MAX_VALUE, 1_500_000_000, 0.1);
        assertThat(two.leaves()).isEqualTo(2);
        assertThat(two.samples(two.tree().root())).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void impossiblePlansAreRefused() {
        assertThatThrownBy(() -> new StepPlan(-1, 0, 4, 0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("StepPlan expects step ≥ 0, samples ≥ 1 and microBatch ≥ 1, but it got step -1, samples 0,"
                        + " microBatch 4.");
        assertThatThrownBy(() -> new StepPlan(3, 8, 4, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("StepPlan expects a learningRate of at least 0, but at step 3 it is NaN."
                        + " Maybe the schedule is at fault.");
        assertThatThrownBy(() -> new StepPlan(3, 8, 4, 0.1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("StepPlan expects a momentum from 0 to below 1, or NaN, but at step 3 it is 1.0."
                        + " Maybe the schedule is at fault.");
        assertThatThrownBy(() -> new StepPlan(3, 8, 4, 0.1, -0.1)).hasMessageContaining("at step 3 it is -0.1.");
    }

    @Test
    void plansWhoseMomentumIsTheRulesOwnAreEqual() {
        double otherNaN = Double.longBitsToDouble(0x7FF8000000000001L);
        StepPlan plan = new StepPlan(3, 8, 4, 0.1, otherNaN);
        assertThat(plan).isEqualTo(new StepPlan(3, 8, 4, 0.1));
        assertThat(Double.doubleToRawLongBits(plan.momentum())).isEqualTo(Double.doubleToRawLongBits(Double.NaN));
        assertThat(plan).isNotEqualTo(new StepPlan(3, 8, 4, 0.1, 0));
    }
}
