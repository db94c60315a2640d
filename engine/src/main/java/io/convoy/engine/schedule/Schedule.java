package io.convoy.engine.schedule;

/**
 * A learning-rate schedule: a pure function of where the run is, so that it can be resumed anywhere and evaluated by
 * anybody. To write your own, implement {@link #rate} in a record.
 */
public interface Schedule {
    /** The learning rate of the step that follows {@code at}, at least 0. */
    double rate(Progress at);

    /**
     * The momentum of that step, from 0 to below 1 (Adam's β₁ where the rule has no momentum of that name); NaN leaves it to
     * the rule.
     */
    default double momentum(Progress at) {
        return Double.NaN;
    }

    /** Whether later rates depend on a measurement on the test set after {@code epoch} complete passes. */
    default boolean measures(long epoch) {
        return false;
    }
}
