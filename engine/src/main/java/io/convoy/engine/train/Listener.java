package io.convoy.engine.train;

/** Is told how training goes, in order, by one thread. */
public interface Listener {
    /** A step is done. */
    default void step(StepReport report) {}

    /** An epoch is done; {@code epoch} counts from 0. */
    default void epoch(long epoch, Evaluation evaluation) {}
}
