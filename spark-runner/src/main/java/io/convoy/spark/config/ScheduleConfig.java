package io.convoy.spark.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The learning rate over time. Kinds that have a {@code schedule}, or {@code schedules}, are written around others. */
public sealed interface ScheduleConfig {
    /** What a schedule counts. */
    enum Unit {
        /** One update of the weights. */
        STEP,
        /** One pass over the training data. */
        EPOCH,
        /** Passes with their begun parts. */
        FRACTION
    }

    /** Which values are good. */
    enum Direction {
        /** Small ones. */
        MIN,
        /** Large ones. */
        MAX
    }

    /**
     * {@code kind: constant}.
     *
     * @param rate the learning rate, above 0
     */
    record Constant(double rate) implements ScheduleConfig {
        /** Checks the range. */
        public Constant {
            Expect.above("rate", rate, 0.0);
        }
    }

    /**
     * {@code kind: step}: rate · gamma^⌊t / every⌋.
     *
     * @param rate the learning rate at the start, above 0
     * @param gamma the factor, above 0; default 0.1
     * @param every units between two falls, at least 1
     * @param per the unit of t; default epoch
     */
    record Step(
            double rate,
            @Default("0.1") double gamma,
            int every,
            @Default("epoch") Unit per) implements ScheduleConfig {
        /** Checks the ranges. */
        public Step {
            Expect.above("rate", rate, 0.0);
            Expect.above("gamma", gamma, 0.0);
            Expect.atLeast("every", every, 1);
        }
    }

    /**
     * {@code kind: multiStep}: rate · gamma^(milestones up to t).
     *
     * @param rate the learning rate at the start, above 0
     * @param milestones where it falls, at least 1, in ascending order
     * @param gamma the factor, above 0; default 0.1
     * @param per the unit of t; default epoch
     */
    record MultiStep(
            double rate,
            List<Long> milestones,
            @Default("0.1") double gamma,
            @Default("epoch") Unit per) implements ScheduleConfig {
        /** Checks the ranges. */
        public MultiStep {
            Expect.above("rate", rate, 0.0);
            Expect.filled("milestones", milestones);
            Expect.ascending("milestones", milestones);
            Expect.above("gamma", gamma, 0.0);
            milestones = List.copyOf(milestones);
        }
    }

    /**
     * {@code kind: exponential}: rate · gamma^t.
     *
     * @param rate the learning rate at the start, above 0
     * @param gamma the factor, above 0
     * @param per the unit of t; default epoch
     */
    record Exponential(
            double rate, double gamma, @Default("epoch") Unit per) implements ScheduleConfig {
        /** Checks the ranges. */
        public Exponential {
            Expect.above("rate", rate, 0.0);
            Expect.above("gamma", gamma, 0.0);
        }
    }

    /**
     * {@code kind: polynomial}: rate · (1 − min(t, length) / length)^power.
     *
     * @param rate the learning rate at the start, above 0
     * @param length where it is 0, at least 1
     * @param power above 0; default 1
     * @param per the unit of t; default epoch
     */
    record Polynomial(
            double rate,
            long length,
            @Default("1") double power,
            @Default("epoch") Unit per) implements ScheduleConfig {
        /** Checks the ranges. */
        public Polynomial {
            Expect.above("rate", rate, 0.0);
            Expect.atLeast("length", length, 1);
            Expect.above("power", power, 0.0);
        }
    }

    /**
     * {@code kind: cosine}: minimum + (rate − minimum) · (1 + cos(π · t / length)) / 2.
     *
     * @param rate the learning rate at the start, above 0
     * @param length where the minimum is reached, at least 1
     * @param minimum the lowest rate, at least 0; default 0
     * @param per the unit of t; default epoch
     */
    record Cosine(
            double rate,
            long length,
            @Default("0") double minimum,
            @Default("epoch") Unit per) implements ScheduleConfig {
        /** Checks the ranges. */
        public Cosine {
            Expect.above("rate", rate, 0.0);
            Expect.atLeast("length", length, 1);
            Expect.atLeast("minimum", minimum, 0.0);
        }
    }

    /**
     * {@code kind: cosineWarmRestarts}: half a cosine, again and again.
     *
     * @param rate the learning rate after each restart, above 0
     * @param length of the first fall, at least 1
     * @param multiplier how many times as long as the one before each fall is, at least 1; default 1
     * @param minimum the lowest rate, at least 0; default 0
     * @param per the unit of the lengths; default fraction
     */
    record CosineWarmRestarts(
            double rate,
            long length,
            @Default("1") int multiplier,
            @Default("0") double minimum,
            @Default("fraction") Unit per)
            implements ScheduleConfig {
        /** Checks the ranges. */
        public CosineWarmRestarts {
            Expect.above("rate", rate, 0.0);
            Expect.atLeast("length", length, 1);
            Expect.atLeast("multiplier", multiplier, 1);
            Expect.atLeast("minimum", minimum, 0.0);
        }
    }

    /**
     * {@code kind: cyclic}: up and down between two rates, the momentum against them.
     *
     * @param baseRate the lowest rate, above 0
     * @param maxRate the highest rate of the first cycle, at least {@code baseRate}
     * @param up length of the way up, at least 1; default 2000
     * @param down length of the way down, at least 1, or absent: as long as the way up
     * @param mode triangular; triangular2, each cycle half as high; exp_range, by gamma at each unit; default triangular
     * @param gamma the factor of exp_range, above 0; default 1
     * @param cycleMomentum whether the momentum moves; default true
     * @param baseMomentum where the rate is highest; default 0.8
     * @param maxMomentum where the rate is lowest, below 1; default 0.9
     * @param per the unit of the lengths; default step
     */
    record Cyclic(
            double baseRate,
            double maxRate,
            @Default("2000") long up,
            @Nullable Long down,
            @Default("triangular") Mode mode,
            @Default("1") double gamma,
            @Default("true") boolean cycleMomentum,
            @Default("0.8") double baseMomentum,
            @Default("0.9") double maxMomentum,
            @Default("step") Unit per)
            implements ScheduleConfig {
        /** How the cycles become flatter. */
        public enum Mode {
            /** Not at all. */
            TRIANGULAR,
            /** Each is half as high as the one before. */
            TRIANGULAR2,
            /** By a factor at each unit. */
            EXP_RANGE
        }

        /** Checks the ranges. */
        public Cyclic {
            Expect.above("baseRate", baseRate, 0.0);
            Expect.atLeast("maxRate", maxRate, baseRate);
            Expect.atLeast("up", up, 1);
            if (down != null) {
                Expect.atLeast("down", down, 1);
            }
            Expect.above("gamma", gamma, 0.0);
            Expect.below("maxMomentum", maxMomentum, 0.0, 1.0);
            Expect.between("baseMomentum", baseMomentum, 0.0, maxMomentum);
        }
    }

    /**
     * {@code kind: oneCycle}: up to a high rate and down to far below the first one, the momentum against it.
     *
     * @param maxRate the highest rate, above 0
     * @param length of the run, at least 1
     * @param rise share of the run in which the rate rises, from 0 to 1; default 0.3
     * @param anneal the curve, cosine or linear; default cosine
     * @param cycleMomentum whether the momentum moves; default true
     * @param baseMomentum where the rate is highest; default 0.85
     * @param maxMomentum where the rate is lowest, below 1; default 0.95
     * @param divisor of the first rate, above 0; default 25
     * @param finalDivisor of the last rate, from the first, above 0; default 10000
     * @param threePhases whether the way down is as long as the way up, and the rest is for the end; default false
     * @param per the unit of the length; default step
     */
    record OneCycle(
            double maxRate,
            long length,
            @Default("0.3") double rise,
            @Default("cosine") Anneal anneal,
            @Default("true") boolean cycleMomentum,
            @Default("0.85") double baseMomentum,
            @Default("0.95") double maxMomentum,
            @Default("25") double divisor,
            @Default("10000") double finalDivisor,
            @Default("false") boolean threePhases,
            @Default("step") Unit per)
            implements ScheduleConfig {
        /** A curve between two rates. */
        public enum Anneal {
            /** Half a cosine. */
            COSINE,
            /** A straight line. */
            LINEAR
        }

        /** Checks the ranges. */
        public OneCycle {
            Expect.above("maxRate", maxRate, 0.0);
            Expect.atLeast("length", length, 1);
            Expect.between("rise", rise, 0.0, threePhases ? 0.5 : 1.0);
            Expect.below("maxMomentum", maxMomentum, 0.0, 1.0);
            Expect.between("baseMomentum", baseMomentum, 0.0, maxMomentum);
            Expect.above("divisor", divisor, 0.0);
            Expect.above("finalDivisor", finalDivisor, 0.0);
        }
    }

    /**
     * {@code kind: warmup}: another schedule's rate · (from + (to − from) · min(t, length) / length).
     *
     * @param schedule the other schedule, which is not delayed
     * @param length of the warm-up, at least 1
     * @param from the first factor, above 0; default 0.3333333333333333
     * @param to the last factor, above 0; default 1
     * @param per the unit of t; default step
     */
    record Warmup(
            ScheduleConfig schedule,
            long length,
            @Default("0.3333333333333333") double from,
            @Default("1") double to,
            @Default("step") Unit per)
            implements ScheduleConfig {
        /** Checks the ranges. */
        public Warmup {
            Expect.atLeast("length", length, 1);
            Expect.above("from", from, 0.0);
            Expect.above("to", to, 0.0);
        }
    }

    /**
     * {@code kind: linearScaling}: another schedule's rate · training.batch / reference.
     *
     * @param schedule the other schedule
     * @param reference the batch that its rate was found for, at least 1; default 256
     */
    record LinearScaling(
            ScheduleConfig schedule, @Default("256") long reference) implements ScheduleConfig {
        /** Checks the range. */
        public LinearScaling {
            Expect.atLeast("reference", reference, 1);
        }
    }

    /**
     * {@code kind: sequential}: one schedule after the other, each counting from its milestone.
     *
     * @param schedules at least one
     * @param milestones where the second, the third… begin; one fewer than the schedules
     * @param per the unit of the milestones; default epoch
     */
    record Sequential(
            List<ScheduleConfig> schedules,
            List<Long> milestones,
            @Default("epoch") Unit per) implements ScheduleConfig {
        /** Checks that schedules and milestones fit. */
        public Sequential {
            Expect.filled("schedules", schedules);
            Expect.that(
                    milestones.size() == schedules.size() - 1,
                    "milestones",
                    "expects one between each two of the " + schedules.size() + " schedules, but it got "
                            + milestones.size() + ".");
            Expect.ascending("milestones", milestones);
            Expect.that(
                    milestones.stream().distinct().count() == milestones.size(),
                    "milestones",
                    "expects each once, but it got " + milestones + ".");
            schedules = List.copyOf(schedules);
            milestones = List.copyOf(milestones);
        }
    }

    /**
     * {@code kind: chained}: the product of several schedules' rates. One has the rate, the others begin at 1.
     *
     * @param schedules at least one
     */
    record Chained(List<ScheduleConfig> schedules) implements ScheduleConfig {
        /** Checks that there is one. */
        public Chained {
            Expect.filled("schedules", schedules);
            schedules = List.copyOf(schedules);
        }
    }

    /**
     * {@code kind: plateau}: multiplies the rate by a factor when the network has stopped to get better on the test set. It asks
     * for the evaluations that it needs, so {@code training.evaluateEvery} changes nothing.
     *
     * @param rate the learning rate at the start, above 0
     * @param metric loss or accuracy; default loss
     * @param mode min or max, what is good; absent: min for the loss, max for the accuracy
     * @param factor of each reduction, from 0 to below 1; default 0.1
     * @param patience worse evaluations that are borne, at least 0; default 10
     * @param threshold how much better is better, at least 0; default 1e-4
     * @param thresholdMode relative or absolute; default relative
     * @param cooldown evaluations after a reduction in which nothing is counted, at least 0; default 0
     * @param minimum the lowest rate, at least 0; default 0
     * @param epsilon the smallest change of the rate, at least 0; default 1e-8
     * @param every epochs between two evaluations, at least 1; default 1
     */
    record Plateau(
            double rate,
            @Default("loss") Metric metric,
            @Nullable Direction mode,
            @Default("0.1") double factor,
            @Default("10") long patience,
            @Default("1e-4") double threshold,
            @Default("relative") ThresholdMode thresholdMode,
            @Default("0") long cooldown,
            @Default("0") double minimum,
            @Default("1e-8") double epsilon,
            @Default("1") long every)
            implements ScheduleConfig {
        /** What is measured. */
        public enum Metric {
            /** The mean loss. */
            LOSS,
            /** The share of right predictions. */
            ACCURACY
        }

        /** What the threshold refers to. */
        public enum ThresholdMode {
            /** A share of the best value. */
            RELATIVE,
            /** The difference to it. */
            ABSOLUTE
        }

        /** Checks the ranges. */
        public Plateau {
            Expect.above("rate", rate, 0.0);
            Expect.below("factor", factor, 0.0, 1.0);
            Expect.atLeast("patience", patience, 0);
            Expect.atLeast("threshold", threshold, 0.0);
            Expect.atLeast("cooldown", cooldown, 0);
            Expect.atLeast("minimum", minimum, 0.0);
            Expect.atLeast("epsilon", epsilon, 0.0);
            Expect.atLeast("every", every, 1);
        }
    }
}
