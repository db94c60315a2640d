package io.convoy.engine.schedule;

/** What a schedule counts. */
public enum Unit {
    /** Updates of the weights. */
    STEP,
    /** Complete passes over the training set. */
    EPOCH,
    /** Passes with their begun parts: steps / steps of an epoch. */
    FRACTION
}
