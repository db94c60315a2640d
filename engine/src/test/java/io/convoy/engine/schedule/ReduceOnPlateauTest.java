package io.convoy.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.schedule.ReduceOnPlateau.Metric;
import io.convoy.engine.schedule.ReduceOnPlateau.Mode;
import io.convoy.engine.schedule.ReduceOnPlateau.ThresholdMode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Three steps make an epoch here. */
class ReduceOnPlateauTest {
    private static ReduceOnPlateau halving(Metric metric, Mode mode, long patience, long cooldown, long every) {
        return new ReduceOnPlateau(
                1, metric, mode, 0.5, patience, 0.1, ThresholdMode.ABSOLUTE, cooldown, 0.2, 1e-8, every);
    }

    private static List<Measurement> losses(double... losses) {
        List<Measurement> measurements = new ArrayList<>();
        for (double loss : losses) {
            measurements.add(new Measurement(measurements.size() + 1, loss, 1 - loss));
        }
        return measurements;
    }

    private static double rate(Schedule schedule, List<Measurement> measurements, long step) {
        return schedule.rate(Progress.of(step, 3, measurements));
    }

    @Test
    void theRateFallsWhenPatienceIsOverAndNoFurtherThanTheMinimum() {
        Schedule schedule = halving(Metric.LOSS, Mode.MIN, 1, 0, 1);
        List<Measurement> all = losses(0.9, 0.85, 0.7, 0.65, 0.65, 0.65, 0.65, 0.65, 0.65, 0.65, 0.65);
        assertThat(rate(schedule, all, 14)).isEqualTo(1);
        assertThat(rate(schedule, all, 15)).isEqualTo(0.5);
        assertThat(rate(schedule, all, 21)).isEqualTo(0.25);
        assertThat(rate(schedule, all, 27)).isEqualTo(0.2);
        assertThat(rate(schedule, all, 33)).isEqualTo(0.2);
    }

    @Test
    void measurementsOfTheFutureDoNotCount() {
        Schedule schedule = halving(Metric.LOSS, Mode.MIN, 0, 0, 1);
        List<Measurement> all = losses(0.9, 0.9, 0.9);
        assertThat(rate(schedule, all, 5)).isEqualTo(1);
        assertThat(rate(schedule, all.subList(0, 1), 5)).isEqualTo(1);
        assertThat(rate(schedule, all, 6)).isEqualTo(0.5);
        assertThat(rate(schedule, all, 8)).isEqualTo(0.5);
    }

    @Test
    void nothingIsCountedWhileItCoolsDown() {
        Schedule schedule = halving(Metric.LOSS, Mode.MIN, 0, 2, 1);
        List<Measurement> all = losses(0.9, 0.9, 0.9, 0.9, 0.9);
        assertThat(rate(schedule, all, 6)).isEqualTo(0.5);
        assertThat(rate(schedule, all, 14)).isEqualTo(0.5);
        assertThat(rate(schedule, all, 15)).isEqualTo(0.25);
    }

    @Test
    void accuracyIsBetterWhenItIsLarger() {
        List<Measurement> improving = losses(0.9, 0.7, 0.5);
        assertThat(rate(halving(Metric.ACCURACY, Mode.MAX, 0, 0, 1), improving, 9))
                .isEqualTo(1);
        assertThat(rate(halving(Metric.ACCURACY, Mode.MIN, 0, 0, 1), improving, 9))
                .isEqualTo(0.25);
        ReduceOnPlateau relative =
                new ReduceOnPlateau(1, Metric.ACCURACY, Mode.MAX, 0.5, 0, 0.5, ThresholdMode.RELATIVE, 0, 0, 1e-8, 1);
        assertThat(rate(relative, losses(0.9, 0.8, 0.71), 9)).isEqualTo(0.5);
    }

    @Test
    void theThresholdIsAShareOfTheBestLossOrADifferenceToIt() {
        ReduceOnPlateau relative =
                new ReduceOnPlateau(1, Metric.LOSS, Mode.MIN, 0.5, 0, 0.1, ThresholdMode.RELATIVE, 0, 0, 1e-8, 1);
        Schedule absolute = halving(Metric.LOSS, Mode.MIN, 0, 0, 1);
        assertThat(rate(relative, losses(2, 1.85), 6)).isEqualTo(0.5);
        assertThat(rate(absolute, losses(2, 1.85), 6)).isEqualTo(1);
        assertThat(rate(relative, losses(0.5, 0.43), 6)).isEqualTo(1);
        assertThat(rate(absolute, losses(0.5, 0.43), 6)).isEqualTo(0.5);
    }

    @Test
    void whatWasMeasuredBeforeItsTurnDoesNotCount() {
        Schedule plateau = halving(Metric.LOSS, Mode.MIN, 0, 0, 1);
        Schedule later = new Sequential(List.of(new Constant(0.5), plateau), List.of(2L), Unit.EPOCH);
        assertThat(rate(later, losses(0.9, 0.9, 0.7, 0.5), 12)).isEqualTo(1);
        assertThat(rate(later, losses(0.3, 0.1, 0.9, 0.9), 12)).isEqualTo(0.5);
    }

    @Test
    void aChangeThatIsTooSmallIsNotMade() {
        ReduceOnPlateau schedule =
                new ReduceOnPlateau(1, Metric.LOSS, Mode.MIN, 0.5, 0, 0, ThresholdMode.RELATIVE, 0, 0, 0.3, 1);
        assertThat(rate(schedule, losses(1, 1, 1, 1), 12)).isEqualTo(0.5);
    }

    @Test
    void aLossThatIsNotANumberIsNotBetter() {
        Schedule schedule = halving(Metric.LOSS, Mode.MIN, 0, 0, 1);
        assertThat(rate(schedule, losses(Double.NaN, 0.5, 0.3), 9)).isEqualTo(0.5);
    }

    @Test
    void onlyTheEpochsItAskedForCountHoweverOftenTheRunMeasures() {
        ReduceOnPlateau schedule = halving(Metric.LOSS, Mode.MIN, 0, 0, 2);
        assertThat(schedule.measures(3)).isFalse();
        assertThat(schedule.measures(4)).isTrue();
        List<Measurement> all = losses(0.9, 0.9, 0.9, 0.9, 0.9);
        List<Measurement> asked = List.of(all.get(1), all.get(3));
        for (long step = 0; step < 18; step++) {
            assertThat(rate(schedule, all, step)).isEqualTo(rate(schedule, asked, step));
        }
        assertThat(rate(schedule, asked, 11)).isEqualTo(1);
        assertThat(rate(schedule, asked, 12)).isEqualTo(0.5);
    }

    @Test
    void aMeasurementThatIsMissingIsNamed() {
        Schedule schedule = halving(Metric.LOSS, Mode.MIN, 0, 0, 2);
        assertThatThrownBy(() -> rate(schedule, losses(0.9), 14))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A schedule expects 2 measurements from epoch 1 to epoch 4, but there are 0."
                        + " Maybe the run was resumed without those that its checkpoint has.");
    }

    @Test
    void itWorksInsideOtherSchedules() {
        Schedule plateau = halving(Metric.LOSS, Mode.MIN, 0, 0, 1);
        List<Measurement> all = losses(0.9, 0.9, 0.9, 0.9);
        Schedule warm = new LinearWarmup(plateau, 2, 0.5, 1, Unit.EPOCH);
        assertThat(rate(warm, all, 0)).isEqualTo(0.5);
        assertThat(rate(warm, all, 6)).isEqualTo(0.5);
        assertThat(warm.measures(1)).isTrue();
        Schedule chained = new Chained(List.of(new Constant(0.5), plateau));
        assertThat(rate(chained, all, 9)).isEqualTo(0.125);
        assertThat(chained.measures(1)).isTrue();
        assertThat(new LinearScaling(plateau, 2, 1).measures(1)).isTrue();
        Schedule later = new Sequential(List.of(new Constant(0.5), plateau), List.of(2L), Unit.EPOCH);
        assertThat(later.measures(1)).isTrue();
        assertThat(rate(later, all, 9)).isEqualTo(1);
        assertThat(rate(later, all, 12)).isEqualTo(0.5);
    }

    @Test
    void impossibleValuesAreRefused() {
        assertThatThrownBy(() -> ReduceOnPlateau.of(-1))
                .hasMessage("ReduceOnPlateau expects a rate of at least 0, but the rate is -1.0.");
        assertThatThrownBy(() ->
                        new ReduceOnPlateau(1, Metric.LOSS, Mode.MIN, 1, 0, 0, ThresholdMode.RELATIVE, 0, 0, 0, 1))
                .hasMessage("ReduceOnPlateau expects 0 ≤ factor < 1, but factor is 1.0.");
        assertThatThrownBy(() -> halving(Metric.LOSS, Mode.MIN, -1, 0, 1))
                .hasMessage("ReduceOnPlateau expects patience to be at least 0, but patience is -1.");
        assertThatThrownBy(() -> new Measurement(0, 1, 1))
                .hasMessage("Measurement expects an epoch of at least 1, but it got 0.");
        Measurement two = new Measurement(2, 1, 1);
        assertThatThrownBy(() -> Progress.of(9, 3, List.of(two, two)))
                .hasMessage("Progress expects measurements in order of epochs, each once, but that of epoch 2 follows"
                        + " that of epoch 2.");
    }
}
