package io.convoy.engine.schedule;

import java.util.List;

/**
 * Where a run is before a step: all that a schedule may depend on.
 *
 * @param start the step at which the schedule that is asked begins, 0 but for the later ones of a {@link Sequential}
 * @param step updates done since then
 * @param stepsPerEpoch updates in a pass over the training set, at least 1
 * @param measurements of the whole run, in order of epochs; later ones than this step don't count
 */
public record Progress(long start, long step, long stepsPerEpoch, List<Measurement> measurements) {
    public Progress {
        if (start < 0 || step < 0 || stepsPerEpoch < 1) {
            throw new IllegalArgumentException("Progress expects start ≥ 0, step ≥ 0 and stepsPerEpoch ≥ 1, but it got"
                    + " start " + start + ", step " + step + ", stepsPerEpoch " + stepsPerEpoch + ".");
        }
        measurements = List.copyOf(measurements);
        for (int i = 1; i < measurements.size(); i++) {
            long before = measurements.get(i - 1).epoch();
            long epoch = measurements.get(i).epoch();
            if (epoch <= before) {
                throw new IllegalArgumentException("Progress expects measurements in order of epochs, each once, but"
                        + " that of epoch " + epoch + " follows that of epoch " + before + ".");
            }
        }
    }

    /** Where a run is that has measured nothing. */
    public static Progress of(long step, long stepsPerEpoch) {
        return new Progress(0, step, stepsPerEpoch, List.of());
    }

    /** Where a run is after {@code step} updates. */
    public static Progress of(long step, long stepsPerEpoch, List<Measurement> measurements) {
        return new Progress(0, step, stepsPerEpoch, measurements);
    }

    /** Complete epochs since the start. */
    public long epoch() {
        return step / stepsPerEpoch;
    }

    /** Steps, epochs, or epochs with their begun part, since the start. */
    public double count(Unit unit) {
        return switch (unit) {
            case STEP -> step;
            case EPOCH -> epoch();
            case FRACTION -> (double) step / stepsPerEpoch;
        };
    }

    /** As a schedule sees it that begins {@code count} units after this one's start; that must have passed. */
    Progress since(long count, Unit unit) {
        long steps = unit == Unit.STEP ? count : Math.multiplyExact(count, stepsPerEpoch);
        return new Progress(start + steps, step - steps, stepsPerEpoch, measurements);
    }

    /**
     * The measurements after every so many epochs of the run, from the start to this step.
     *
     * @throws IllegalArgumentException if one is missing
     */
    public List<Measurement> measured(long every) {
        long first = start / stepsPerEpoch + 1;
        long last = (start + step) / stepsPerEpoch;
        List<Measurement> due = measurements.stream()
                .filter(one -> one.epoch() >= first && one.epoch() <= last && one.epoch() % every == 0)
                .toList();
        long expected = Math.max(0, last / every - (first - 1) / every);
        if (due.size() != expected) {
            throw new IllegalArgumentException("A schedule expects " + expected + " measurements from epoch " + first
                    + " to epoch " + last + ", but there are " + due.size()
                    + ". Maybe the run was resumed without those that its checkpoint has.");
        }
        return due;
    }
}
