package io.convoy.engine.schedule;

/**
 * A learning-rate schedule: a pure function of where the run is, so that it can be resumed anywhere and evaluated by
 * anybody. To write your own, implement the method in a record.
 */
public interface Schedule {
    /**
     * The learning rate of one step.
     *
     * @param step updates done before this one, from 0
     * @param epoch complete passes over the training set before this one, from 0
     */
    double rate(long step, long epoch);
}
