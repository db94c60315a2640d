package io.convoy.engine.schedule;

import java.util.List;

/**
 * One schedule after the other (PyTorch's SequentialLR): each begins to count, and to measure, at its milestone.
 *
 * @param schedules at least one
 * @param milestones where the second, the third… begin; at least 1, each above the one before
 * @param per what the milestones count; default epochs
 */
public record Sequential(List<Schedule> schedules, List<Long> milestones, Unit per) implements Schedule {
    public Sequential {
        schedules = List.copyOf(schedules);
        milestones = List.copyOf(milestones);
        if (schedules.isEmpty() || milestones.size() != schedules.size() - 1) {
            throw new IllegalArgumentException("Sequential expects at least one schedule and a milestone between each"
                    + " two, but there are " + schedules.size() + " schedules and " + milestones.size()
                    + " milestones.");
        }
        long before = 0;
        for (long milestone : milestones) {
            if (milestone <= before) {
                throw new IllegalArgumentException("Sequential expects milestones of at least 1, each above the one"
                        + " before, but they are " + milestones + ".");
            }
            before = milestone;
        }
    }

    @Override
    public double rate(Progress at) {
        int now = index(at);
        return schedules.get(now).rate(since(at, now));
    }

    @Override
    public double momentum(Progress at) {
        int now = index(at);
        return schedules.get(now).momentum(since(at, now));
    }

    /** Whether any of them needs it. */
    @Override
    public boolean measures(long epoch) {
        return schedules.stream().anyMatch(schedule -> schedule.measures(epoch));
    }

    private int index(Progress at) {
        double count = at.count(per);
        return (int) milestones.stream().filter(milestone -> milestone <= count).count();
    }

    private Progress since(Progress at, int index) {
        return index == 0 ? at : at.since(milestones.get(index - 1), per);
    }
}
