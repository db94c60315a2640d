package io.convoy.spark.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.ScheduleConfig.Unit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScheduleConfigTest {
    private static RunConfig run(String schedule, String... overrides) {
        return ConfigReader.read("run.yaml", """
                name: small
                data: { kind: strokes, train: 100, test: 50 }
                network: { name: lenet5 }
                training: { epochs: 2, batch: 32, microBatch: 8 }
                optimizer: { kind: sgd, momentum: 0.9 }
                output: { model: models/small, checkpoints: runs/small }
                schedule:
                """ + schedule.indent(2), List.of(overrides));
    }

    private static ScheduleConfig read(String schedule) {
        return run(schedule).schedule();
    }

    @Test
    void everyKeyOfEveryKindIsRead() {
        assertThat(read("{ kind: multiStep, rate: 0.1, milestones: [3, 5], gamma: 0.5, per: step }"))
                .isEqualTo(new ScheduleConfig.MultiStep(0.1, List.of(3L, 5L), 0.5, Unit.STEP));
        assertThat(read("{ kind: polynomial, rate: 0.1, length: 9, power: 2, per: fraction }"))
                .isEqualTo(new ScheduleConfig.Polynomial(0.1, 9, 2, Unit.FRACTION));
        assertThat(read("{ kind: cosine, rate: 0.1, length: 9, minimum: 0.01, per: step }"))
                .isEqualTo(new ScheduleConfig.Cosine(0.1, 9, 0.01, Unit.STEP));
        assertThat(read("{ kind: cosineWarmRestarts, rate: 0.1, length: 9, multiplier: 2, minimum: 0.01, per: epoch }"))
                .isEqualTo(new ScheduleConfig.CosineWarmRestarts(0.1, 9, 2, 0.01, Unit.EPOCH));
        assertThat(read("""
                        kind: cyclic
                        baseRate: 0.01
                        maxRate: 0.1
                        up: 3
                        down: 4
                        mode: exp_range
                        gamma: 0.9
                        cycleMomentum: false
                        baseMomentum: 0.7
                        maxMomentum: 0.8
                        per: epoch
                        """))
                .isEqualTo(new ScheduleConfig.Cyclic(
                        0.01, 0.1, 3, 4L, ScheduleConfig.Cyclic.Mode.EXP_RANGE, 0.9, false, 0.7, 0.8, Unit.EPOCH));
        assertThat(read("""
                        kind: oneCycle
                        maxRate: 0.1
                        length: 90
                        rise: 0.4
                        anneal: linear
                        cycleMomentum: false
                        baseMomentum: 0.7
                        maxMomentum: 0.8
                        divisor: 10
                        finalDivisor: 100
                        threePhases: true
                        per: epoch
                        """))
                .isEqualTo(new ScheduleConfig.OneCycle(
                        0.1,
                        90,
                        0.4,
                        ScheduleConfig.OneCycle.Anneal.LINEAR,
                        false,
                        0.7,
                        0.8,
                        10,
                        100,
                        true,
                        Unit.EPOCH));
        assertThat(read("""
                        kind: plateau
                        rate: 0.1
                        metric: accuracy
                        mode: max
                        factor: 0.5
                        patience: 2
                        threshold: 0.01
                        thresholdMode: absolute
                        cooldown: 3
                        minimum: 0.001
                        epsilon: 0
                        every: 4
                        """))
                .isEqualTo(new ScheduleConfig.Plateau(
                        0.1,
                        ScheduleConfig.Plateau.Metric.ACCURACY,
                        ScheduleConfig.Direction.MAX,
                        0.5,
                        2,
                        0.01,
                        ScheduleConfig.Plateau.ThresholdMode.ABSOLUTE,
                        3,
                        0.001,
                        0,
                        4));
    }

    @Test
    void defaultsArePyTorchs() {
        assertThat(read("{ kind: multiStep, rate: 0.1, milestones: [3] }"))
                .isEqualTo(new ScheduleConfig.MultiStep(0.1, List.of(3L), 0.1, Unit.EPOCH));
        assertThat(read("{ kind: polynomial, rate: 0.1, length: 9 }"))
                .isEqualTo(new ScheduleConfig.Polynomial(0.1, 9, 1, Unit.EPOCH));
        assertThat(read("{ kind: cosine, rate: 0.1, length: 9 }"))
                .isEqualTo(new ScheduleConfig.Cosine(0.1, 9, 0, Unit.EPOCH));
        assertThat(read("{ kind: cosineWarmRestarts, rate: 0.1, length: 9 }"))
                .isEqualTo(new ScheduleConfig.CosineWarmRestarts(0.1, 9, 1, 0, Unit.FRACTION));
        assertThat(read("{ kind: cyclic, baseRate: 0.01, maxRate: 0.1 }"))
                .isEqualTo(new ScheduleConfig.Cyclic(
                        0.01, 0.1, 2000, null, ScheduleConfig.Cyclic.Mode.TRIANGULAR, 1, true, 0.8, 0.9, Unit.STEP));
        assertThat(read("{ kind: oneCycle, maxRate: 0.1, length: 90 }"))
                .isEqualTo(new ScheduleConfig.OneCycle(
                        0.1,
                        90,
                        0.3,
                        ScheduleConfig.OneCycle.Anneal.COSINE,
                        true,
                        0.85,
                        0.95,
                        25,
                        1e4,
                        false,
                        Unit.STEP));
        assertThat(read("{ kind: plateau, rate: 0.1 }"))
                .isEqualTo(new ScheduleConfig.Plateau(
                        0.1,
                        ScheduleConfig.Plateau.Metric.LOSS,
                        null,
                        0.1,
                        10,
                        1e-4,
                        ScheduleConfig.Plateau.ThresholdMode.RELATIVE,
                        0,
                        0,
                        1e-8,
                        1));
    }

    @Test
    void schedulesAreWrittenAroundOthers() {
        ScheduleConfig read = read("""
                kind: linearScaling
                reference: 64
                schedule:
                  kind: warmup
                  length: 5
                  schedule:
                    kind: sequential
                    milestones: [2]
                    schedules:
                      - { kind: constant, rate: 0.5 }
                      - kind: chained
                        schedules: [ { kind: plateau, rate: 0.1 }, { kind: exponential, rate: 1, gamma: 0.5 } ]
                """);
        ScheduleConfig sequential = new ScheduleConfig.Sequential(
                List.of(
                        new ScheduleConfig.Constant(0.5),
                        new ScheduleConfig.Chained(List.of(
                                read("{ kind: plateau, rate: 0.1 }"),
                                new ScheduleConfig.Exponential(1, 0.5, Unit.EPOCH)))),
                List.of(2L),
                Unit.EPOCH);
        assertThat(read)
                .isEqualTo(new ScheduleConfig.LinearScaling(
                        new ScheduleConfig.Warmup(sequential, 5, 1.0 / 3, 1, Unit.STEP), 64));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ kind: plateau, rate: 0.1 }",
                "{ kind: plateau, rate: 0.1, mode: min }",
                "{ kind: cyclic, baseRate: 0.01, maxRate: 0.1, down: 7 }",
                "{ kind: warmup, length: 3, schedule: { kind: multiStep, rate: 1, milestones: [1, 2] } }",
                "{ kind: sequential, milestones: [1], schedules: [{ kind: constant, rate: 1 }, { kind: constant, rate: 2 }] }",
            })
    void theJsonReadsBackToAnEqualRecord(String schedule) {
        RunConfig config = run(schedule);
        assertThat(ConfigReader.read("checkpoint", config.toJson(), List.of())).isEqualTo(config);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ kind: plateau, rate: 0.1 } | schedule.every=2",
                "{ kind: plateau, rate: 0.1 } | schedule.mode=max",
                "{ kind: cyclic, baseRate: 0.01, maxRate: 0.1 } | schedule.cycleMomentum=false",
                "{ kind: warmup, length: 3, schedule: { kind: constant, rate: 1 } } | schedule.schedule.rate=2",
                "{ kind: chained, schedules: [{ kind: constant, rate: 1 }] } | schedule.schedules.0.rate=2",
                "{ kind: linearScaling, schedule: { kind: constant, rate: 1 } } | schedule.reference=2",
            })
    void everyKeyIsInTheHash(String schedule, String override) {
        assertThat(run(schedule, override).hash()).isNotEqualTo(run(schedule).hash());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ kind: multiStep, rate: 0.1, milestones: [] } | schedule.milestones expects a list of at least one value, but it is empty.",
                "{ kind: multiStep, rate: 0.1, milestones: [5, 3] } | schedule.milestones expects whole numbers of at least 1 in ascending order, but it got [5, 3].",
                "{ kind: multiStep, rate: 0.1, milestones: [0] } | schedule.milestones expects whole numbers of at least 1 in ascending order, but it got [0].",
                "{ kind: multiStep, rate: 0.1, milestones: [1.5] } | schedule.milestones.0 expects a whole number, but it got 1.5.",
                "{ kind: polynomial, rate: 0.1, length: 0 } | schedule.length expects a whole number of at least 1, but it got 0.",
                "{ kind: polynomial, rate: 0.1, length: 3, power: 0 } | schedule.power expects a number above 0, but it got 0.",
                "{ kind: cosine, rate: 0.1 } | schedule.length expects a value, but it is missing.",
                "{ kind: cosine, rate: 0.1, length: 3, minimum: -1 } | schedule.minimum expects a number of at least 0, but it got -1.",
                "{ kind: cosineWarmRestarts, rate: 0.1, length: 3, multiplier: 0 } | schedule.multiplier expects a whole number of at least 1, but it got 0.",
                "{ kind: cyclic, baseRate: 0.1, maxRate: 0.01 } | schedule.maxRate expects a number of at least 0.1, but it got 0.01.",
                "{ kind: cyclic, baseRate: 0.1, maxRate: 1, down: 0 } | schedule.down expects a whole number of at least 1, but it got 0.",
                "{ kind: cyclic, baseRate: 0.1, maxRate: 1, mode: triangula } | schedule.mode expects one of triangular, triangular2, exp_range, but it got triangula. Maybe you mean triangular.",
                "{ kind: cyclic, baseRate: 0.1, maxRate: 1, maxMomentum: 1 } | schedule.maxMomentum expects a number of at least 0 and below 1, but it got 1.",
                "{ kind: cyclic, baseRate: 0.1, maxRate: 1, baseMomentum: 0.95 } | schedule.baseMomentum expects a number from 0 to 0.9, but it got 0.95.",
                "{ kind: oneCycle, maxRate: 1, length: 9, rise: 2 } | schedule.rise expects a number from 0 to 1, but it got 2.",
                "{ kind: oneCycle, maxRate: 1, length: 9, rise: 0.6, threePhases: true } | schedule.rise expects a number from 0 to 0.5, but it got 0.6.",
                "{ kind: oneCycle, maxRate: 1, length: 9, divisor: 0 } | schedule.divisor expects a number above 0, but it got 0.",
                "{ kind: warmup, length: 3 } | schedule.schedule expects a value, but it is missing.",
                "{ kind: warmup, length: 0, schedule: { kind: constant, rate: 1 } } | schedule.length expects a whole number of at least 1, but it got 0.",
                "{ kind: warmup, length: 3, from: 0, schedule: { kind: constant, rate: 1 } } | schedule.from expects a number above 0, but it got 0.",
                "{ kind: warmup, length: 3, schedule: { kind: constant, rate: 0 } } | schedule.schedule.rate expects a number above 0, but it got 0.",
                "{ kind: linearScaling, reference: 0, schedule: { kind: constant, rate: 1 } } | schedule.reference expects a whole number of at least 1, but it got 0.",
                "{ kind: sequential, milestones: [], schedules: [] } | schedule.schedules expects a list of at least one value, but it is empty.",
                "{ kind: sequential, milestones: [1], schedules: [{ kind: constant, rate: 1 }] } | schedule.milestones expects one between each two of the 1 schedules, but it got 1.",
                "{ kind: sequential, milestones: [1, 1], schedules: [{ kind: constant, rate: 1 }, { kind: constant, rate: 1 }, { kind: constant, rate: 1 }] } | schedule.milestones expects each once, but it got [1, 1].",
                "{ kind: sequential, milestones: [], schedules: [{ kind: constant, rat: 1 }] } | schedule.schedules.0 of kind constant expects the keys kind, rate, but it got rat. Maybe you mean rate.",
                "{ kind: chained, schedules: [] } | schedule.schedules expects a list of at least one value, but it is empty.",
                "{ kind: chained, schedules: [3] } | schedule.schedules.0 expects the key kind (one of constant, step, multiStep, exponential, polynomial, cosine, cosineWarmRestarts, cyclic, oneCycle, warmup, linearScaling, sequential, chained, plateau) and that kind's keys, but it got 3.",
                "{ kind: plateau, rate: 0.1, factor: 1 } | schedule.factor expects a number of at least 0 and below 1, but it got 1.",
                "{ kind: plateau, rate: 0.1, patience: -1 } | schedule.patience expects a whole number of at least 0, but it got -1.",
                "{ kind: plateau, rate: 0.1, metric: recall } | schedule.metric expects one of loss, accuracy, but it got recall.",
                "{ kind: plateau, rate: 0.1, every: 0 } | schedule.every expects a whole number of at least 1, but it got 0.",
                "{ kind: plateu, rate: 0.1 } | schedule.kind expects one of constant, step, multiStep, exponential, polynomial, cosine, cosineWarmRestarts, cyclic, oneCycle, warmup, linearScaling, sequential, chained, plateau, but it got plateu. Maybe you mean plateau.",
            })
    void whatIsOutOfRangeIsNamedAndShown(String schedule, String message) {
        assertThatThrownBy(() -> read(schedule))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("run.yaml:8: " + message);
    }
}
