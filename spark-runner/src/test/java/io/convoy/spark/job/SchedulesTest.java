package io.convoy.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.schedule.Chained;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.schedule.CosineAnnealing;
import io.convoy.engine.schedule.CosineWarmRestarts;
import io.convoy.engine.schedule.Cyclic;
import io.convoy.engine.schedule.Exponential;
import io.convoy.engine.schedule.LinearScaling;
import io.convoy.engine.schedule.LinearWarmup;
import io.convoy.engine.schedule.MultiStepDecay;
import io.convoy.engine.schedule.OneCycle;
import io.convoy.engine.schedule.Polynomial;
import io.convoy.engine.schedule.ReduceOnPlateau;
import io.convoy.engine.schedule.Schedule;
import io.convoy.engine.schedule.Sequential;
import io.convoy.engine.schedule.StepDecay;
import io.convoy.engine.schedule.Unit;
import io.convoy.spark.config.RunConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SchedulesTest {
    private static Schedule schedule(String yaml) {
        RunConfig config = new SmallRun(Path.of("unused"), SmallRun.LENET_WITH_ADAM, 1).config("schedule=" + yaml);
        return new Schedules(config.training().batch()).of(config.schedule());
    }

    @Test
    void everyKindIsTheEnginesSchedule() {
        assertThat(schedule("{ kind: constant, rate: 0.1 }")).isEqualTo(new Constant(0.1));
        assertThat(schedule("{ kind: step, rate: 0.1, every: 3 }")).isEqualTo(new StepDecay(0.1, 3, 0.1, Unit.EPOCH));
        assertThat(schedule("{ kind: multiStep, rate: 0.1, milestones: [3, 5] }"))
                .isEqualTo(new MultiStepDecay(0.1, List.of(3L, 5L), 0.1, Unit.EPOCH));
        assertThat(schedule("{ kind: exponential, rate: 0.1, gamma: 0.9, per: fraction }"))
                .isEqualTo(new Exponential(0.1, 0.9, Unit.FRACTION));
        assertThat(schedule("{ kind: polynomial, rate: 0.1, length: 9, power: 2 }"))
                .isEqualTo(new Polynomial(0.1, 9, 2, Unit.EPOCH));
        assertThat(schedule("{ kind: cosine, rate: 0.1, length: 9, minimum: 0.01 }"))
                .isEqualTo(new CosineAnnealing(0.1, 9, 0.01, Unit.EPOCH));
        assertThat(schedule("{ kind: cosineWarmRestarts, rate: 0.1, length: 9, multiplier: 2, minimum: 0.01 }"))
                .isEqualTo(new CosineWarmRestarts(0.1, 9, 2, 0.01, Unit.FRACTION));
        assertThat(schedule("{ kind: cyclic, baseRate: 0.1, maxRate: 1 }"))
                .isEqualTo(Cyclic.triangular(0.1, 1, 2000, Unit.STEP));
        assertThat(schedule("{ kind: cyclic, baseRate: 0.1, maxRate: 1, down: 7, mode: triangular2, gamma: 2,"
                        + " cycleMomentum: false, baseMomentum: 0.1, maxMomentum: 0.2 }"))
                .isEqualTo(new Cyclic(0.1, 1, 2000, 7, Cyclic.Mode.TRIANGULAR2, 2, false, 0.1, 0.2, Unit.STEP));
        assertThat(schedule("{ kind: oneCycle, maxRate: 1, length: 9 }")).isEqualTo(OneCycle.of(1, 9, Unit.STEP));
        assertThat(schedule("{ kind: oneCycle, maxRate: 1, length: 9, rise: 0.4, anneal: linear, cycleMomentum: false,"
                        + " baseMomentum: 0.1, maxMomentum: 0.2, divisor: 3, finalDivisor: 4, threePhases: true }"))
                .isEqualTo(new OneCycle(1, 9, 0.4, OneCycle.Anneal.LINEAR, false, 0.1, 0.2, 3, 4, true, Unit.STEP));
        assertThat(schedule("{ kind: plateau, rate: 1 }")).isEqualTo(ReduceOnPlateau.of(1));
        assertThat(schedule("{ kind: plateau, rate: 1, metric: accuracy, factor: 0.5, patience: 2, threshold: 0.3,"
                        + " thresholdMode: absolute, cooldown: 4, minimum: 0.6, epsilon: 0.7, every: 8 }"))
                .isEqualTo(new ReduceOnPlateau(
                        1,
                        ReduceOnPlateau.Metric.ACCURACY,
                        ReduceOnPlateau.Mode.MAX,
                        0.5,
                        2,
                        0.3,
                        ReduceOnPlateau.ThresholdMode.ABSOLUTE,
                        4,
                        0.6,
                        0.7,
                        8));
        assertThat(schedule("{ kind: plateau, rate: 1, metric: accuracy, mode: min }"))
                .extracting(read -> ((ReduceOnPlateau) read).mode())
                .isEqualTo(ReduceOnPlateau.Mode.MIN);
    }

    @Test
    void schedulesAroundOthersAreTheEngines() {
        Constant one = new Constant(1);
        assertThat(schedule("{ kind: warmup, length: 3, from: 0.1, to: 0.9, schedule: { kind: constant, rate: 1 } }"))
                .isEqualTo(new LinearWarmup(one, 3, 0.1, 0.9, Unit.STEP));
        // The batch of a small run is 27.
        assertThat(schedule("{ kind: linearScaling, schedule: { kind: constant, rate: 1 } }"))
                .isEqualTo(new LinearScaling(one, 27, 256));
        assertThat(schedule("{ kind: sequential, milestones: [2], per: step,"
                        + " schedules: [{ kind: constant, rate: 1 }, { kind: constant, rate: 2 }] }"))
                .isEqualTo(new Sequential(List.of(one, new Constant(2)), List.of(2L), Unit.STEP));
        assertThat(schedule("{ kind: chained, schedules: [{ kind: constant, rate: 1 }] }"))
                .isEqualTo(new Chained(List.of(one)));
    }
}
