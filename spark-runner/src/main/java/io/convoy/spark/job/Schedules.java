package io.convoy.spark.job;

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
import io.convoy.spark.config.ScheduleConfig;
import java.util.List;

/**
 * A configured schedule in the engine's terms.
 *
 * @param batch the global batch, for the linear scaling rule
 */
record Schedules(int batch) {
    Schedule of(ScheduleConfig config) {
        if (config instanceof ScheduleConfig.Warmup warmup) {
            return new LinearWarmup(
                    of(warmup.schedule()), warmup.length(), warmup.from(), warmup.to(), unit(warmup.per()));
        }
        if (config instanceof ScheduleConfig.LinearScaling scaling) {
            return new LinearScaling(of(scaling.schedule()), batch, scaling.reference());
        }
        if (config instanceof ScheduleConfig.Sequential sequential) {
            return new Sequential(of(sequential.schedules()), sequential.milestones(), unit(sequential.per()));
        }
        if (config instanceof ScheduleConfig.Chained chained) {
            return new Chained(of(chained.schedules()));
        }
        return single(config);
    }

    private List<Schedule> of(List<ScheduleConfig> configs) {
        return configs.stream().map(this::of).toList();
    }

    private static Schedule single(ScheduleConfig config) {
        if (config instanceof ScheduleConfig.Constant constant) {
            return new Constant(constant.rate());
        }
        if (config instanceof ScheduleConfig.Step step) {
            return new StepDecay(step.rate(), step.every(), step.gamma(), unit(step.per()));
        }
        if (config instanceof ScheduleConfig.MultiStep steps) {
            return new MultiStepDecay(steps.rate(), steps.milestones(), steps.gamma(), unit(steps.per()));
        }
        if (config instanceof ScheduleConfig.Exponential exponential) {
            return new Exponential(exponential.rate(), exponential.gamma(), unit(exponential.per()));
        }
        if (config instanceof ScheduleConfig.Polynomial polynomial) {
            return new Polynomial(polynomial.rate(), polynomial.length(), polynomial.power(), unit(polynomial.per()));
        }
        if (config instanceof ScheduleConfig.Cosine cosine) {
            return new CosineAnnealing(cosine.rate(), cosine.length(), cosine.minimum(), unit(cosine.per()));
        }
        if (config instanceof ScheduleConfig.CosineWarmRestarts restarts) {
            return new CosineWarmRestarts(
                    restarts.rate(),
                    restarts.length(),
                    restarts.multiplier(),
                    restarts.minimum(),
                    unit(restarts.per()));
        }
        if (config instanceof ScheduleConfig.Cyclic cyclic) {
            return cyclic(cyclic);
        }
        if (config instanceof ScheduleConfig.OneCycle oneCycle) {
            return oneCycle(oneCycle);
        }
        return plateau((ScheduleConfig.Plateau) config);
    }

    private static Schedule cyclic(ScheduleConfig.Cyclic config) {
        Long down = config.down();
        return new Cyclic(
                config.baseRate(),
                config.maxRate(),
                config.up(),
                down == null ? config.up() : down,
                Cyclic.Mode.valueOf(config.mode().name()),
                config.gamma(),
                config.cycleMomentum(),
                config.baseMomentum(),
                config.maxMomentum(),
                unit(config.per()));
    }

    private static Schedule oneCycle(ScheduleConfig.OneCycle config) {
        return new OneCycle(
                config.maxRate(),
                config.length(),
                config.rise(),
                OneCycle.Anneal.valueOf(config.anneal().name()),
                config.cycleMomentum(),
                config.baseMomentum(),
                config.maxMomentum(),
                config.divisor(),
                config.finalDivisor(),
                config.threePhases(),
                unit(config.per()));
    }

    private static Schedule plateau(ScheduleConfig.Plateau config) {
        ScheduleConfig.Direction given = config.mode();
        ReduceOnPlateau.Metric metric =
                ReduceOnPlateau.Metric.valueOf(config.metric().name());
        ReduceOnPlateau.Mode usual =
                metric == ReduceOnPlateau.Metric.LOSS ? ReduceOnPlateau.Mode.MIN : ReduceOnPlateau.Mode.MAX;
        return new ReduceOnPlateau(
                config.rate(),
                metric,
                given == null ? usual : ReduceOnPlateau.Mode.valueOf(given.name()),
                config.factor(),
                config.patience(),
                config.threshold(),
                ReduceOnPlateau.ThresholdMode.valueOf(config.thresholdMode().name()),
                config.cooldown(),
                config.minimum(),
                config.epsilon(),
                config.every());
    }

    private static Unit unit(ScheduleConfig.Unit unit) {
        return Unit.valueOf(unit.name());
    }
}
