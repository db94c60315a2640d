package io.convoy.engine.train;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Some threads that work in rounds together with their caller, who is one of them. To wake a thread that sleeps costs up to a
 * quarter of a millisecond, a tenth of a small network's step; so whoever waits looks out for {@value #SPIN_MICROS} µs before it
 * goes to sleep. One caller at a time.
 */
final class Crew implements AutoCloseable {
    private static final int SPIN_MICROS = 500;
    private static final int CLOSE_SECONDS = 60;
    private static final AtomicInteger CREWS = new AtomicInteger();

    private final Member[] members;
    private final @Nullable Throwable[] failures;
    private final AtomicInteger atWork = new AtomicInteger();
    private volatile IntConsumer work = number -> {};
    private volatile Thread caller = Thread.currentThread();
    private volatile long round;
    private volatile long interruptedRound;
    private volatile boolean closed;

    /** A crew of {@code size}, the caller among them. */
    Crew(int size) {
        int crew = CREWS.getAndIncrement();
        failures = new Throwable[size];
        members = new Member[size - 1];
        for (int i = 0; i < members.length; i++) {
            members[i] = new Member("convoy-replica-" + crew + "-" + (i + 1), i + 1);
            members[i].start();
        }
    }

    /**
     * Does {@code task} once for each number from 0 to size − 1, number 0 on this thread, and returns when all are done.
     *
     * @throws RuntimeException what the task with the lowest number threw
     * @throws TrainingException if this thread is interrupted while it waits; the others are interrupted, too, and may go on for
     *     a while
     */
    void run(IntConsumer task) {
        // After an interrupted round somebody may still be in it.
        await();
        Arrays.fill(failures, null);
        caller = Thread.currentThread();
        work = task;
        atWork.set(members.length);
        long next = round + 1;
        round = next;
        for (Member member : members) {
            if (member.asleep) {
                LockSupport.unpark(member);
            }
        }
        attempt(task, 0);
        await();
        for (Throwable failure : failures) {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure != null) {
                throw (RuntimeException) failure;
            }
        }
    }

    private void attempt(IntConsumer task, int number) {
        try {
            task.accept(number);
        } catch (RuntimeException | Error e) {
            failures[number] = e;
        }
    }

    private void await() {
        long deadline = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(SPIN_MICROS);
        while (atWork.get() > 0) {
            if (Thread.currentThread().isInterrupted()) {
                interrupt();
                throw new TrainingException("Training was interrupted.");
            }
            if (System.nanoTime() < deadline) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void interrupt() {
        interruptedRound = round;
        for (Member member : members) {
            member.interrupt();
        }
    }

    /**
     * Ends the threads, after what they are at.
     *
     * @throws TrainingException if one goes on for {@value #CLOSE_SECONDS} s
     */
    @Override
    public void close() {
        closed = true;
        interrupt();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        boolean interrupted = false;
        for (Member member : members) {
            while (member.isAlive() && System.nanoTime() < deadline) {
                try {
                    member.join(1 + TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (Arrays.stream(members).anyMatch(Thread::isAlive)) {
            throw new TrainingException("ReplicaPool expects its threads to end within " + CLOSE_SECONDS
                    + " s of being closed, but one goes on; its memory is not freed.");
        }
    }

    private final class Member extends Thread {
        private final int number;
        private volatile boolean asleep;

        private Member(String name, int number) {
            super(name);
            this.number = number;
            setDaemon(true);
        }

        @Override
        public void run() {
            for (long next = 1; awaitRound(next); next++) {
                attempt(work, number);
                if (atWork.decrementAndGet() == 0) {
                    LockSupport.unpark(caller);
                }
            }
        }

        private boolean awaitRound(long next) {
            long deadline = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(SPIN_MICROS);
            while (round < next && !closed) {
                if (System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                    continue;
                }
                // Said before the last look, so that a caller who comes in between knows.
                asleep = true;
                if (round < next && !closed) {
                    LockSupport.park(this);
                }
                asleep = false;
                // It would keep this thread awake.
                interrupted();
            }
            // One that was meant for the last round is none for this one; one that came early is.
            interrupted();
            if (interruptedRound >= next) {
                interrupt();
            }
            return round >= next && !closed;
        }
    }
}
