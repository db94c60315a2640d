package io.convoy.ps.coordinator;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.ps.security.Role;
import io.convoy.ps.transport.Connection;
import io.convoy.ps.transport.Listening;
import io.convoy.ps.transport.PortRange;
import io.convoy.ps.transport.Receiver;
import io.convoy.ps.transport.Transport;
import io.convoy.ps.wire.Address;
import io.convoy.ps.wire.Frame;
import io.convoy.ps.wire.Member;
import io.convoy.ps.wire.Roster;
import io.convoy.ps.wire.RunId;
import io.convoy.ps.wire.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The driver's side of a run: who takes part, and what they do next. No gradient and no weight passes through it.
 *
 * <p>Each slot has one lease. Until all slots have joined, a later attempt of a slot replaces an earlier one; once the run
 * has begun, the attempt that holds the lease keeps it, and losing it ends the run. Every wait ends with an answer or an
 * {@link ExchangeException} that names who is to blame, and the first trouble is told to everybody.
 */
public final class Coordinator implements AutoCloseable {
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    private static final Answer WAKE = new Answer(-1, new Frame.Ping(0));

    /** What a member said about a command. */
    private record Answer(int slot, Frame.Control frame) {}

    /** A member and its connection. */
    private static final class Lease {
        private final Member member;
        private final Connection connection;
        private volatile long heardAt = System.nanoTime();

        private Lease(Member member, Connection connection) {
            this.member = member;
            this.connection = connection;
        }
    }

    private final RunId run;
    private final CoordinatorSettings settings;
    private final ScheduledThreadPoolExecutor clock;
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final Object commands = new Object();
    private final @Nullable Lease[] leases;
    private final Listening listening;
    private int generation;
    private long sequence;
    private boolean closed;
    private @Nullable Roster roster;
    private @Nullable ExchangeException failure;

    private Coordinator(Transport transport, String host, PortRange ports, RunId run, CoordinatorSettings settings) {
        this.run = run;
        this.settings = settings;
        this.leases = new Lease[settings.members()];
        this.listening = transport.listen(Role.COORDINATOR, host, ports, new Members());
        this.clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "convoy-coordinator");
            thread.setDaemon(true);
            return thread;
        });
        long beat = settings.heartbeat().toNanos();
        ScheduledFuture<?> unused = clock.scheduleAtFixedRate(this::beat, beat, beat, TimeUnit.NANOSECONDS);
    }

    /**
     * Listens for members.
     *
     * @throws ExchangeException if no port is free
     */
    public static Coordinator listen(
            Transport transport, String host, PortRange ports, RunId run, CoordinatorSettings settings) {
        return new Coordinator(transport, host, ports, run, settings);
    }

    /** Where members reach it. */
    public Address address() {
        return listening.address();
    }

    /**
     * Waits until all members have joined.
     *
     * @throws ExchangeException if the deadline passes, or the members can't work together
     */
    public synchronized Roster awaitMembers() {
        long end = System.nanoTime() + settings.joinDeadline().toNanos();
        while (roster == null) {
            throwFailure();
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw fail("Run " + run + " expects " + settings.members() + " slots to join within "
                        + Text.of(settings.joinDeadline()) + ", but " + missing()
                        + ". Maybe the cluster has too few free cores, or set parameterServer.joinSeconds higher.");
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        throwFailure();
        return roster;
    }

    private String missing() {
        List<String> missing = IntStream.range(0, leases.length)
                .filter(slot -> leases[slot] == null)
                .mapToObj(Integer::toString)
                .toList();
        return (missing.size() == 1 ? "slot " : "slots ") + String.join(", ", missing) + " did not";
    }

    /**
     * Gives every slot one command and waits until all have done it.
     *
     * @param body JSON for the slots' {@link CommandHandler}s
     * @param listener hears their progress
     * @return what each slot answered, slot i at index i
     * @throws ExchangeException if a slot fails, is lost, or reports nothing within the deadline; the run is over then
     */
    public List<String> broadcast(String name, String body, ProgressListener listener) {
        synchronized (commands) {
            long number;
            synchronized (this) {
                throwFailure();
                if (roster == null) {
                    throw new IllegalStateException("Coordinator expects all members before the command \"" + name
                            + "\", but it has not awaited them.");
                }
                number = ++sequence;
                answers.clear();
                send(new Frame.Command(number, name, body));
            }
            try {
                return collect(number, name, listener);
            } catch (InterruptedException e) {
                throw interrupted(e);
            } catch (ExchangeException e) {
                throw e;
            } catch (RuntimeException e) {
                fail("The driver failed at \"" + name + "\": " + e);
                throw e;
            }
        }
    }

    private List<String> collect(long number, String name, ProgressListener listener) throws InterruptedException {
        @Nullable String[] done = new String[leases.length];
        long[] heard = new long[leases.length];
        Arrays.fill(heard, System.nanoTime());
        while (Arrays.stream(done).anyMatch(Objects::isNull)) {
            int slowest = slowest(done, heard);
            Answer answer = answers.poll(
                    heard[slowest] + settings.commandDeadline().toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
            throwFailure();
            if (answer == null) {
                throw fail(label(slowest) + " expects to report progress at \"" + name + "\" within "
                        + Text.of(settings.commandDeadline())
                        + ", but it did not. Maybe it is stuck, or set parameterServer.commandSeconds higher.");
            }
            if (answer.frame() instanceof Frame.Done finished && finished.sequence() == number) {
                done[answer.slot()] = finished.body();
            } else if (answer.frame() instanceof Frame.Failed failed && failed.sequence() == number) {
                throw fail(label(answer.slot()) + " failed at \"" + name + "\": " + failed.message());
            } else if (answer.frame() instanceof Frame.Progress progress && progress.sequence() == number) {
                heard[answer.slot()] = System.nanoTime();
                listener.progress(answer.slot(), progress.body());
            }
        }
        List<String> bodies = new ArrayList<>();
        for (String body : done) {
            bodies.add(Objects.requireNonNull(body));
        }
        return bodies;
    }

    private static int slowest(@Nullable String[] done, long[] heard) {
        int slowest = -1;
        for (int slot = 0; slot < done.length; slot++) {
            if (done[slot] == null && (slowest < 0 || heard[slot] - heard[slowest] < 0)) {
                slowest = slot;
            }
        }
        return slowest;
    }

    /** E.g. {@code Slot 2 (executor 3, 10.0.0.7:4041)}. */
    private synchronized String label(int slot) {
        Lease lease = leases[slot];
        return lease == null ? "Slot " + slot : label(lease.member);
    }

    private static String label(Member member) {
        return "S" + member.label().substring(1);
    }

    private synchronized void send(Frame frame) {
        for (Lease lease : leases) {
            if (lease != null) {
                lease.connection.send(frame);
            }
        }
    }

    /**
     * Ends the run with a failure, unless it has ended: whoever waits here or in a slot gets an {@link ExchangeException}.
     *
     * @param why the exception's message
     */
    public void abandon(String why) {
        fail(why);
    }

    /** Ends the run, unless it has ended: tells the members, and whoever waits here. */
    private synchronized ExchangeException fail(String message) {
        ExchangeException first = failure;
        if (first == null) {
            first = new ExchangeException(message);
            failure = first;
            send(new Frame.Leave(true, message));
            answers.add(WAKE);
            notifyAll();
        }
        return first;
    }

    private synchronized void throwFailure() {
        if (failure != null) {
            throw new ExchangeException(String.valueOf(failure.getMessage()), failure);
        }
    }

    private ExchangeException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        String message = "Run " + run + " was cancelled: the driver's thread was interrupted.";
        fail(message);
        return new ExchangeException(message, e);
    }

    private synchronized void beat() {
        long now = System.nanoTime();
        for (Lease lease : leases) {
            if (lease == null) {
                continue;
            }
            lease.connection.send(new Frame.Ping(now));
            if (now - lease.heardAt > settings.silence().toNanos()) {
                lost(lease, "it has said nothing for " + Text.of(settings.silence()));
            }
        }
    }

    private synchronized void lost(Lease lease, String why) {
        int slot = lease.member.slot();
        if (leases[slot] != lease) {
            return;
        }
        if (roster != null && !closed) {
            fail(label(lease.member) + " is lost: " + why
                    + ". Maybe its executor was killed. Continue from the last checkpoint with --resume.");
        }
        leases[slot] = null;
        lease.connection.close();
        notifyAll();
    }

    private synchronized void join(Connection connection, Member member) {
        String refusal = refusal(member);
        if (refusal != null) {
            refuse(connection, refusal);
            return;
        }
        Lease earlier = leases[member.slot()];
        if (earlier != null) {
            refuse(
                    earlier.connection,
                    label(earlier.member) + " was replaced: attempt " + member.attempt()
                            + " has the lease that attempt " + earlier.member.attempt() + " had.");
        }
        leases[member.slot()] = new Lease(member, connection);
        generation++;
        connection.send(new Frame.Welcome(generation));
        if (Arrays.stream(leases).allMatch(Objects::nonNull)) {
            assemble();
        }
    }

    private @Nullable String refusal(Member member) {
        if (failure != null) {
            return failure.getMessage();
        }
        if (member.slot() >= leases.length) {
            return "Run " + run + " expects slots 0 to " + (leases.length - 1) + ", but slot " + member.slot()
                    + " asked to join. Maybe it belongs to another run.";
        }
        Lease holder = leases[member.slot()];
        if (roster != null || (holder != null && holder.member.attempt() >= member.attempt())) {
            return "Slot " + member.slot() + " expects one attempt at a time, but attempt " + member.attempt()
                    + " came while attempt " + (holder == null ? "none" : holder.member.attempt())
                    + " holds the lease.";
        }
        return null;
    }

    private static void refuse(Connection connection, String reason) {
        connection.send(new Frame.Leave(true, reason));
        connection.close();
    }

    private void assemble() {
        List<Member> members = new ArrayList<>();
        for (Lease lease : leases) {
            if (lease != null) {
                members.add(lease.member);
            }
        }
        for (Member member : members) {
            Member first = members.get(0);
            if (!settings.allowMixedCpus() && !member.fingerprint().equals(first.fingerprint())) {
                fail("Run " + run + " expects one kind of CPU, because another has other roundings, but "
                        + first.label()
                        + " has " + first.fingerprint() + " and " + member.label() + " has " + member.fingerprint()
                        + ". Maybe set parameterServer.allowMixedCpus to true.");
                return;
            }
        }
        roster = new Roster(generation, members);
        send(new Frame.Assembled(roster));
        notifyAll();
    }

    /** Ends the run well, unless it has failed; the members leave. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (failure == null) {
                failure =
                        new ExchangeException("Run " + run + " expects its coordinator to be open, but it is closed.");
                send(new Frame.Leave(false, "The run is finished."));
            }
            answers.add(WAKE);
            notifyAll();
            awaitFarewells();
        }
        listening.close();
        clock.shutdownNow();
        try {
            clock.awaitTermination(Duration.ofSeconds(5).toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Members close their connections once they have read the last word; those that don't are cut off. */
    private void awaitFarewells() {
        long end = System.nanoTime() + FAREWELL.toNanos();
        try {
            while (Arrays.stream(leases).anyMatch(Objects::nonNull) && System.nanoTime() < end) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, end - System.nanoTime()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Lease lease : leases) {
            if (lease != null) {
                lease.connection.close();
            }
        }
    }

    @Override
    public synchronized String toString() {
        return "Coordinator[run=" + run + ", slots="
                + Arrays.stream(leases)
                        .map(lease -> lease == null ? "?" : lease.member.description())
                        .collect(Collectors.joining(", "))
                + "]";
    }

    /** What members send. */
    private final class Members implements Receiver {
        @Override
        public void received(Connection connection, Frame frame) {
            if (frame instanceof Frame.Join join) {
                join(connection, join.member());
                return;
            }
            Lease lease = lease(connection);
            if (lease == null) {
                // Replaced or never joined.
                connection.close();
                return;
            }
            lease.heardAt = System.nanoTime();
            if (frame instanceof Frame.Leave leave) {
                lost(lease, leave.reason());
            } else if (frame instanceof Frame.Control control && !(frame instanceof Frame.Pong)) {
                answers.add(new Answer(lease.member.slot(), control));
            }
        }

        @Override
        public void closed(Connection connection, String why) {
            Lease lease = lease(connection);
            if (lease != null) {
                lost(lease, why);
            }
        }

        private @Nullable Lease lease(Connection connection) {
            synchronized (Coordinator.this) {
                for (Lease lease : leases) {
                    if (lease != null && lease.connection == connection) {
                        return lease;
                    }
                }
                return null;
            }
        }
    }
}
