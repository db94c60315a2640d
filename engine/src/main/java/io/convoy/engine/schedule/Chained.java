package io.convoy.engine.schedule;

import java.util.List;

/**
 * The product of several schedules' rates (PyTorch's ChainedScheduler, for schedules that multiply the rate). Give the rate to
 * one of them, and 1 to the others, which then are factors. Of several that give a momentum, the last one's counts.
 *
 * @param schedules at least one
 */
public record Chained(List<Schedule> schedules) implements Schedule {
    public Chained {
        schedules = List.copyOf(schedules);
        if (schedules.isEmpty()) {
            throw new IllegalArgumentException("Chained expects at least one schedule, but there is none.");
        }
    }

    @Override
    public double rate(Progress at) {
        double rate = 1;
        for (Schedule schedule : schedules) {
            rate *= schedule.rate(at);
        }
        return rate;
    }

    @Override
    public double momentum(Progress at) {
        double momentum = Double.NaN;
        for (Schedule schedule : schedules) {
            double own = schedule.momentum(at);
            momentum = Double.isNaN(own) ? momentum : own;
        }
        return momentum;
    }

    @Override
    public boolean measures(long epoch) {
        return schedules.stream().anyMatch(schedule -> schedule.measures(epoch));
    }
}
