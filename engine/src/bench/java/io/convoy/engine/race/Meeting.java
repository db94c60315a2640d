package io.convoy.engine.race;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A point at which some threads wait for each other; awake, since it is a matter of microseconds. */
final class Meeting {
    private static final long AWAKE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final int size;
    private final AtomicInteger missing;
    private volatile long number;

    Meeting(int size) {
        this.size = size;
        this.missing = new AtomicInteger(size);
    }

    /** Returns when all are here. */
    void meet() {
        long now = number;
        if (missing.decrementAndGet() == 0) {
            missing.set(size);
            number = now + 1;
            return;
        }
        long begin = System.nanoTime();
        while (number == now) {
            long waited = System.nanoTime() - begin;
            if (waited < AWAKE_NANOS) {
                Thread.onSpinWait();
            } else if (waited < LONGEST_NANOS) {
                LockSupport.parkNanos(NAP_NANOS);
            } else {
                throw new IllegalStateException("Meeting expects " + size + " threads within 120 s, but some are missing.");
            }
        }
    }
}
