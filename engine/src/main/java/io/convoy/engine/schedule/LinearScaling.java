package io.convoy.engine.schedule;

/**
 * The linear scaling rule: a rate that suits batches of {@code reference} samples, made right for those of {@code batch}
 * samples (Goyal et al., "Accurate, large minibatch SGD", 2017): its rate · batch / reference.
 *
 * @param schedule whose rate is scaled
 * @param batch samples of the global batch, at least 1
 * @param reference samples of the batch that the schedule was written for, at least 1; the paper's is 256
 */
public record LinearScaling(Schedule schedule, long batch, long reference) implements Schedule {
    public LinearScaling {
        Expect.atLeast("LinearScaling", "batch", batch, 1);
        Expect.atLeast("LinearScaling", "reference", reference, 1);
    }

    @Override
    public double rate(Progress at) {
        return schedule.rate(at) * batch / reference;
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
