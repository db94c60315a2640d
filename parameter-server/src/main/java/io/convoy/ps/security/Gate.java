package io.convoy.ps.security;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** How many strangers may stand before a listener at once, and for how long. One per listener; for any thread. */
public final class Gate {
    private final int mostStrangers;
    private final Duration deadline;
    private final AtomicInteger strangers = new AtomicInteger();

    /**
     * A gate.
     *
     * @param mostStrangers connections that may be unauthenticated at the same time; more are closed at once
     * @param deadline how long one may take to prove that it knows the secret
     */
    public Gate(int mostStrangers, Duration deadline) {
        this.mostStrangers = mostStrangers;
        this.deadline = deadline;
    }

    Duration deadline() {
        return deadline;
    }

    boolean enter() {
        if (strangers.incrementAndGet() > mostStrangers) {
            strangers.decrementAndGet();
            return false;
        }
        return true;
    }

    void leave() {
        strangers.decrementAndGet();
    }
}
