package io.convoy.ps.shard;

import io.convoy.ps.wire.Doubles;

/** Tells the owners of all other parts what a part of this slot has measured, until each has taken it. Must not wait. */
@FunctionalInterface
public interface Announcer {
    /**
     * The sums over the blocks of part {@code span} in round {@code round} of step {@code step}.
     *
     * @param sums not changed any more
     */
    void announce(long step, int span, int round, Doubles sums);
}
