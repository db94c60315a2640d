package io.convoy.engine.schedule;

/**
 * Lets the rate of another schedule grow along a line at first (PyTorch's LinearLR; gradual warm-up, Goyal et al., "Accurate,
 * large minibatch SGD", 2017): its rate · (from + (to − from) · min(count, length) / length). The other schedule is not
 * delayed, so its milestones stay where they are; {@link Sequential} delays.
 *
 * @param schedule whose rate is warmed up
 * @param length of the warm-up, at least 1
 * @param from the first factor, above 0; default 1/3
 * @param to the factor from {@code length} on, above 0; default 1
 * @param per what is counted; default steps
 */
public record LinearWarmup(Schedule schedule, long length, double from, double to, Unit per) implements Schedule {
    public LinearWarmup {
        Expect.atLeast("LinearWarmup", "length", length, 1);
        Expect.above("LinearWarmup", "from", from);
        Expect.above("LinearWarmup", "to", to);
    }

    /** From a third to the whole rate. */
    public static LinearWarmup of(Schedule schedule, long length, Unit per) {
        return new LinearWarmup(schedule, length, 1.0 / 3, 1, per);
    }

    @Override
    public double rate(Progress at) {
        double share = Math.min(at.count(per), (double) length) / length;
        return schedule.rate(at) * (from + (to - from) * share);
    }

    @Override
    public double momentum(Progress at) {
        return schedule.momentum(at);
    }

    @Override
    public boolean measures(long epoch) {
        return schedule.measures(epoch);
    }
}
