package io.convoy.engine.schedule;

/** What a schedule counts. */
public enum Unit {
    STEP,
    EPOCH;

    long count(long step, long epoch) {
        return this == STEP ? step : epoch;
    }
}
