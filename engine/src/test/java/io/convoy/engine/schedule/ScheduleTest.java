package io.convoy.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void aConstantRateNeverChanges() {
        Schedule schedule = new Constant(0.3);
        assertThat(schedule.rate(0, 0)).isEqualTo(0.3);
        assertThat(schedule.rate(1_000_000, 90)).isEqualTo(0.3);
    }

    @Test
    void stepDecayFallsAtTheEndOfEachPlateau() {
        Schedule schedule = new StepDecay(0.1, 30, 0.1, Unit.EPOCH);
        assertThat(schedule.rate(7, 29)).isEqualTo(0.1);
        assertThat(schedule.rate(7, 30)).isCloseTo(0.01, within(1e-15));
        assertThat(schedule.rate(7, 89)).isCloseTo(0.001, within(1e-15));
    }

    @Test
    void exponentialDecayFallsEveryTime() {
        Schedule schedule = new Exponential(0.8, 0.5, Unit.EPOCH);
        assertThat(schedule.rate(99, 0)).isEqualTo(0.8);
        assertThat(schedule.rate(99, 1)).isEqualTo(0.4);
        assertThat(schedule.rate(99, 3)).isEqualTo(0.1);
    }

    @Test
    void theUnitSaysWhetherStepsOrEpochsAreCounted() {
        assertThat(new StepDecay(1, 10, 0.5, Unit.STEP).rate(20, 0)).isEqualTo(0.25);
        assertThat(new StepDecay(1, 10, 0.5, Unit.EPOCH).rate(20, 0)).isEqualTo(1);
        assertThat(new Exponential(1, 0.5, Unit.STEP).rate(3, 1)).isEqualTo(0.125);
        assertThat(new Exponential(1, 0.5, Unit.EPOCH).rate(3, 1)).isEqualTo(0.5);
    }

    @Test
    void impossibleValuesAreRefused() {
        assertThatThrownBy(() -> new Constant(-0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Constant expects a rate of at least 0, but the rate is -0.1.");
        assertThatThrownBy(() -> new Constant(Double.NaN))
                .hasMessage("Constant expects a rate of at least 0, but the rate is NaN.");
        assertThatThrownBy(() -> new Exponential(0.1, 0, Unit.EPOCH))
                .hasMessage("Exponential expects gamma above 0, but gamma is 0.0.");
        assertThatThrownBy(() -> new StepDecay(Double.POSITIVE_INFINITY, 1, 0.1, Unit.EPOCH))
                .hasMessage("StepDecay expects a rate of at least 0, but the rate is Infinity.");
        assertThatThrownBy(() -> new StepDecay(0.1, 0, 0.1, Unit.EPOCH))
                .hasMessage("StepDecay expects every to be at least 1, but every is 0.");
    }
}
