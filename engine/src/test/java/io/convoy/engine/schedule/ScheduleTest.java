package io.convoy.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final Offset<Double> CLOSE = within(1e-15);

    /** Ten steps make an epoch here. */
    private static Progress step(long step) {
        return Progress.of(step, 10);
    }

    private static Progress epoch(long epoch) {
        return Progress.of(10 * epoch + 7, 10);
    }

    @Test
    void aConstantRateNeverChanges() {
        Schedule schedule = new Constant(0.3);
        assertThat(schedule.rate(step(0))).isEqualTo(0.3);
        assertThat(schedule.rate(step(1_000_000))).isEqualTo(0.3);
        assertThat(schedule.momentum(step(0))).isNaN();
        assertThat(schedule.measures(1)).isFalse();
    }

    @Test
    void stepDecayFallsAtTheEndOfEachPlateau() {
        Schedule schedule = new StepDecay(0.1, 30, 0.1, Unit.EPOCH);
        assertThat(schedule.rate(epoch(29))).isEqualTo(0.1);
        assertThat(schedule.rate(epoch(30))).isCloseTo(0.01, CLOSE);
        assertThat(schedule.rate(epoch(89))).isCloseTo(0.001, CLOSE);
    }

    @Test
    void multiStepDecayFallsAtItsMilestonesTwiceWhereOneIsThereTwice() {
        Schedule schedule = new MultiStepDecay(1, List.of(2L, 5L, 5L), 0.5, Unit.EPOCH);
        assertThat(schedule.rate(epoch(1))).isEqualTo(1);
        assertThat(schedule.rate(epoch(2))).isEqualTo(0.5);
        assertThat(schedule.rate(epoch(4))).isEqualTo(0.5);
        assertThat(schedule.rate(epoch(5))).isEqualTo(0.125);
    }

    @Test
    void exponentialDecayFallsEveryTime() {
        Schedule schedule = new Exponential(0.8, 0.5, Unit.EPOCH);
        assertThat(schedule.rate(epoch(0))).isEqualTo(0.8);
        assertThat(schedule.rate(epoch(1))).isEqualTo(0.4);
        assertThat(schedule.rate(epoch(3))).isEqualTo(0.1);
    }

    @Test
    void theUnitSaysWhetherStepsOrEpochsOrTheirPartsAreCounted() {
        assertThat(new StepDecay(1, 10, 0.5, Unit.STEP).rate(step(20))).isEqualTo(0.25);
        assertThat(new StepDecay(1, 10, 0.5, Unit.EPOCH).rate(step(20))).isEqualTo(1);
        assertThat(new Exponential(1, 0.5, Unit.STEP).rate(step(13))).isEqualTo(Math.pow(0.5, 13));
        assertThat(new Exponential(1, 0.5, Unit.EPOCH).rate(step(19))).isEqualTo(0.5);
        assertThat(new Exponential(1, 0.25, Unit.FRACTION).rate(step(15))).isEqualTo(0.125);
    }

    @Test
    void polynomialDecayEndsAtZeroAndStaysThere() {
        Schedule schedule = new Polynomial(0.5, 4, 2, Unit.EPOCH);
        assertThat(schedule.rate(epoch(1))).isEqualTo(0.5 * 0.75 * 0.75);
        assertThat(schedule.rate(epoch(4))).isZero();
        assertThat(schedule.rate(epoch(9))).isZero();
    }

    @Test
    void cosineAnnealingIsHalfWayAtHalfTime() {
        Schedule schedule = new CosineAnnealing(0.5, 4, 0.1, Unit.FRACTION);
        assertThat(schedule.rate(step(0))).isEqualTo(0.5);
        assertThat(schedule.rate(step(20))).isCloseTo(0.3, CLOSE);
        assertThat(schedule.rate(step(40))).isEqualTo(0.1);
        assertThat(schedule.rate(step(80))).isCloseTo(0.5, CLOSE);
    }

    @Test
    void warmRestartsBeginAgainInTheMiddleOfAnEpochWherePartsAreCounted() {
        Schedule schedule = new CosineWarmRestarts(0.4, 1, 2, 0, Unit.FRACTION);
        assertThat(schedule.rate(step(5))).isCloseTo(0.2, CLOSE);
        assertThat(schedule.rate(step(10))).isEqualTo(0.4);
        assertThat(schedule.rate(step(20))).isCloseTo(0.2, CLOSE);
        assertThat(schedule.rate(step(30))).isEqualTo(0.4);
        assertThat(new CosineWarmRestarts(0.4, 2, 1, 0, Unit.EPOCH).rate(epoch(7)))
                .isCloseTo(0.2, CLOSE);
    }

    @Test
    void cyclesMoveTheMomentumAgainstTheRate() {
        Schedule schedule = new Cyclic(0.1, 0.5, 4, 8, Cyclic.Mode.TRIANGULAR2, 1, true, 0.5, 0.75, Unit.STEP);
        assertThat(schedule.rate(step(4))).isEqualTo(0.5);
        assertThat(schedule.momentum(step(4))).isEqualTo(0.5);
        assertThat(schedule.rate(step(8))).isCloseTo(0.3, CLOSE);
        assertThat(schedule.momentum(step(8))).isEqualTo(0.625);
        assertThat(schedule.rate(step(12))).isEqualTo(0.1);
        assertThat(schedule.momentum(step(12))).isEqualTo(0.75);
        assertThat(schedule.rate(step(16))).isCloseTo(0.3, CLOSE);
        Schedule still = new Cyclic(0.1, 0.5, 4, 8, Cyclic.Mode.EXP_RANGE, 0.5, false, 0.8, 0.9, Unit.STEP);
        assertThat(still.momentum(step(4))).isNaN();
        assertThat(still.rate(step(4))).isCloseTo(0.1 + 0.4 / 16, CLOSE);
    }

    @Test
    void oneCycleHoldsItsLastRate() {
        Schedule schedule = OneCycle.of(0.5, 20, Unit.STEP);
        assertThat(schedule.rate(step(0))).isCloseTo(0.02, CLOSE);
        assertThat(schedule.rate(step(5))).isCloseTo(0.5, CLOSE);
        assertThat(schedule.momentum(step(5))).isCloseTo(0.85, CLOSE);
        assertThat(schedule.rate(step(19))).isCloseTo(0.02 / 1e4, CLOSE);
        assertThat(schedule.rate(step(99))).isEqualTo(0.02 / 1e4);
        assertThat(schedule.momentum(step(99))).isEqualTo(0.95);
    }

    @Test
    void oneCycleOfThreePhasesComesBackToItsFirstRate() {
        Schedule schedule = new OneCycle(1, 20, 0.3, OneCycle.Anneal.LINEAR, true, 0.5, 0.75, 4, 10, true, Unit.STEP);
        assertThat(schedule.rate(step(5))).isEqualTo(1);
        assertThat(schedule.momentum(step(5))).isEqualTo(0.5);
        assertThat(schedule.rate(step(10))).isEqualTo(0.25);
        assertThat(schedule.momentum(step(10))).isEqualTo(0.75);
        assertThat(schedule.momentum(step(15))).isEqualTo(0.75);
        assertThat(schedule.rate(step(19))).isCloseTo(0.025, CLOSE);
    }

    @Test
    void oneCycleOverFlowingTimePeaksAtItsShareOfTheRun() {
        Schedule schedule =
                new OneCycle(1, 4, 0.25, OneCycle.Anneal.LINEAR, false, 0.85, 0.95, 4, 10, false, Unit.FRACTION);
        assertThat(schedule.rate(step(10))).isEqualTo(1);
        assertThat(schedule.rate(step(40))).isCloseTo(0.025, CLOSE);
        assertThat(schedule.momentum(step(10))).isNaN();
    }

    @Test
    void aQuarterOfTheWayUpACosineIsBehindAStraightLine() {
        double cosine = (1 - Math.cos(Math.PI / 4)) / 2;
        for (OneCycle.Anneal anneal : OneCycle.Anneal.values()) {
            Schedule schedule = new OneCycle(1, 20, 0.45, anneal, true, 0.8, 0.9, 5, 10, false, Unit.STEP);
            double share = anneal == OneCycle.Anneal.COSINE ? cosine : 0.25;
            assertThat(schedule.rate(step(2))).as("%s", anneal).isCloseTo(0.2 + 0.8 * share, CLOSE);
            assertThat(schedule.momentum(step(2))).as("%s", anneal).isCloseTo(0.9 - 0.1 * share, CLOSE);
        }
    }

    @Test
    void oneCycleCanBeginAtItsPeak() {
        OneCycle defaults = OneCycle.of(1, 11, Unit.STEP);
        Schedule schedule = new OneCycle(1, 10, 0.1, defaults.anneal(), true, 0.85, 0.95, 25, 1e4, false, Unit.STEP);
        assertThat(schedule.rate(step(0))).isEqualTo(1);
    }

    @Test
    void warmupRaisesAnyScheduleAndDoesNotDelayIt() {
        Schedule schedule = new LinearWarmup(new StepDecay(1, 2, 0.1, Unit.EPOCH), 8, 0.5, 1, Unit.STEP);
        assertThat(schedule.rate(step(0))).isEqualTo(0.5);
        assertThat(schedule.rate(step(4))).isEqualTo(0.75);
        assertThat(schedule.rate(step(8))).isEqualTo(1);
        assertThat(schedule.rate(step(20))).isEqualTo(0.1);
        Schedule cycling = LinearWarmup.of(Cyclic.triangular(0.1, 0.5, 4, Unit.STEP), 8, Unit.STEP);
        assertThat(cycling.momentum(step(4))).isCloseTo(0.8, CLOSE);
        assertThat(cycling.rate(step(0))).isCloseTo(0.1 / 3, CLOSE);
    }

    @Test
    void warmupStaysAtItsLastShare() {
        Schedule schedule = new LinearWarmup(new Constant(1), 4, 0.25, 0.75, Unit.STEP);
        assertThat(schedule.rate(step(0))).isEqualTo(0.25);
        assertThat(schedule.rate(step(2))).isEqualTo(0.5);
        assertThat(schedule.rate(step(4))).isEqualTo(0.75);
        assertThat(schedule.rate(step(9))).isEqualTo(0.75);
    }

    @Test
    void linearScalingMultipliesByTheBatch() {
        Schedule schedule = new LinearScaling(OneCycle.of(0.1, 10, Unit.STEP), 1024, 256);
        assertThat(schedule.rate(step(2))).isCloseTo(0.4, CLOSE);
        assertThat(schedule.momentum(step(2))).isCloseTo(0.85, CLOSE);
    }

    @Test
    void laterSchedulesOfASequenceBeginToCountAtTheirMilestone() {
        Schedule schedule = new Sequential(
                List.of(
                        new Constant(0.125),
                        new Exponential(1, 0.5, Unit.EPOCH),
                        Cyclic.triangular(0.25, 0.5, 2, Unit.STEP)),
                List.of(1L, 3L),
                Unit.EPOCH);
        assertThat(schedule.rate(step(9))).isEqualTo(0.125);
        assertThat(schedule.momentum(step(9))).isNaN();
        assertThat(schedule.rate(step(10))).isEqualTo(1);
        assertThat(schedule.rate(step(20))).isEqualTo(0.5);
        assertThat(schedule.rate(step(30))).isEqualTo(0.25);
        assertThat(schedule.rate(step(32))).isEqualTo(0.5);
        assertThat(schedule.momentum(step(32))).isCloseTo(0.8, CLOSE);
        Schedule bySteps = new Sequential(
                List.of(new Constant(0.125), new Exponential(1, 0.5, Unit.EPOCH)), List.of(5L), Unit.STEP);
        assertThat(bySteps.rate(step(14))).isEqualTo(1);
        assertThat(bySteps.rate(step(15))).isEqualTo(0.5);
    }

    @Test
    void chainedRatesAreMultiplied() {
        Schedule schedule = new Chained(List.of(
                new StepDecay(0.5, 2, 0.5, Unit.EPOCH),
                new Exponential(1, 0.5, Unit.EPOCH),
                Cyclic.triangular(1, 1, 1, Unit.STEP),
                new Constant(1)));
        assertThat(schedule.rate(epoch(3))).isEqualTo(0.5 * 0.5 * 0.125);
        assertThat(schedule.momentum(step(1))).isCloseTo(0.8, CLOSE);
        assertThat(schedule.measures(1)).isFalse();
    }

    private static void refused(Runnable construction, String message) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void impossibleValuesAreRefused() {
        refused(() -> new Constant(-0.1), "Constant expects a rate of at least 0, but the rate is -0.1.");
        refused(() -> new Constant(Double.NaN), "Constant expects a rate of at least 0, but the rate is NaN.");
        refused(() -> new Exponential(0.1, 0, Unit.EPOCH), "Exponential expects gamma above 0, but gamma is 0.0.");
        refused(
                () -> new StepDecay(Double.POSITIVE_INFINITY, 1, 0.1, Unit.EPOCH),
                "StepDecay expects a rate of at least 0, but the rate is Infinity.");
        refused(
                () -> new StepDecay(0.1, 0, 0.1, Unit.EPOCH),
                "StepDecay expects every to be at least 1, but every is 0.");
        refused(
                () -> new MultiStepDecay(0.1, List.of(3L, 2L), 0.1, Unit.EPOCH),
                "MultiStepDecay expects milestones of at least 1 in ascending order, but they are [3, 2].");
        refused(
                () -> new MultiStepDecay(0.1, List.of(0L), 0.1, Unit.EPOCH),
                "MultiStepDecay expects milestones of at least 1 in ascending order, but they are [0].");
        refused(() -> new Polynomial(0.1, 5, 0, Unit.EPOCH), "Polynomial expects power above 0, but power is 0.0.");
        refused(
                () -> new CosineAnnealing(0.1, 0, 0, Unit.EPOCH),
                "CosineAnnealing expects length to be at least 1, but length is 0.");
        refused(
                () -> new CosineAnnealing(0.1, 1, -1, Unit.EPOCH),
                "CosineAnnealing expects minimum to be at least 0.0, but minimum is -1.0.");
        refused(
                () -> new CosineWarmRestarts(0.1, 1, 0, 0, Unit.EPOCH),
                "CosineWarmRestarts expects multiplier to be at least 1, but multiplier is 0.");
        refused(
                () -> Cyclic.triangular(0.2, 0.1, 1, Unit.EPOCH),
                "Cyclic expects maxRate to be at least 0.2, but maxRate is 0.1.");
        refused(
                () -> new Cyclic(0, 1, 1, 1, Cyclic.Mode.TRIANGULAR, 1, true, 0.9, 0.8, Unit.STEP),
                "Cyclic expects 0 ≤ baseMomentum ≤ maxMomentum < 1, but baseMomentum is 0.9 and maxMomentum is 0.8.");
        refused(
                () -> new OneCycle(1, 9, 1.5, OneCycle.Anneal.LINEAR, true, 0.5, 0.75, 4, 9, false, Unit.STEP),
                "OneCycle expects rise from 0 to 1, but rise is 1.5.");
        refused(
                () -> new OneCycle(1, 9, 0.6, OneCycle.Anneal.LINEAR, true, 0.5, 0.75, 4, 9, true, Unit.STEP),
                "OneCycle expects rise from 0 to 0.5 in three phases, but rise is 0.6.");
        refused(
                () -> new LinearWarmup(new Constant(1), 5, 0, 1, Unit.STEP),
                "LinearWarmup expects from above 0, but from is 0.0.");
        refused(
                () -> new LinearScaling(new Constant(1), 5, 0),
                "LinearScaling expects reference to be at least 1, but reference is 0.");
        refused(
                () -> new Sequential(List.of(new Constant(1)), List.of(1L), Unit.EPOCH),
                "Sequential expects at least one schedule and a milestone between each two, but there are 1 schedules"
                        + " and 1 milestones.");
        refused(
                () -> new Sequential(
                        List.of(new Constant(1), new Constant(1), new Constant(1)), List.of(2L, 2L), Unit.EPOCH),
                "Sequential expects milestones of at least 1, each above the one before, but they are [2, 2].");
        refused(() -> new Chained(List.of()), "Chained expects at least one schedule, but there is none.");
        refused(
                () -> Progress.of(-1, 10),
                "Progress expects start ≥ 0, step ≥ 0 and stepsPerEpoch ≥ 1, but it got start 0, step -1,"
                        + " stepsPerEpoch 10.");
    }
}
