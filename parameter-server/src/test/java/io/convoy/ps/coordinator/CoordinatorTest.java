package io.convoy.ps.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.engine.rng.Seed;
import io.convoy.ps.security.Role;
import io.convoy.ps.transport.Connection;
import io.convoy.ps.transport.Faults;
import io.convoy.ps.transport.InProcessNetwork;
import io.convoy.ps.transport.PortRange;
import io.convoy.ps.transport.Receiver;
import io.convoy.ps.transport.Transport;
import io.convoy.ps.wire.Address;
import io.convoy.ps.wire.Frame;
import io.convoy.ps.wire.Member;
import io.convoy.ps.wire.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CoordinatorTest {
    private static final RunId RUN = new RunId("r1");
    private static final MemberSettings PATIENT = MemberSettings.defaults();

    private final InProcessNetwork network = new InProcessNetwork(new Seed(4), Faults.NONE);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Coordinator> coordinators = new ArrayList<>();
    private final List<Future<?>> started = new ArrayList<>();
    private final BlockingQueue<String> abandoned = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        coordinators.forEach(Coordinator::close);
        network.close();
        threads.shutdownNow();
    }

    private static CoordinatorSettings settings(int members) {
        return new CoordinatorSettings(
                members,
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ofMillis(50),
                Duration.ofSeconds(10),
                false);
    }

    private Coordinator coordinator(CoordinatorSettings settings) {
        Coordinator coordinator = Coordinator.listen(network.transport(), "127.0.0.1", PortRange.ANY, RUN, settings);
        coordinators.add(coordinator);
        return coordinator;
    }

    private static Member member(int slot, int attempt, String cpu) {
        return new Member(slot, attempt, new Address("10.0.0." + (slot + 1), 4041), 2, cpu, "executor " + slot);
    }

    /** What a slot does with a command; it is told when to give up. */
    private interface Work {
        String handle(String name, String body, Consumer<String> progress) throws Exception;
    }

    private CommandHandler handler(Work work) {
        return new CommandHandler() {
            @Override
            public String handle(String name, String body, Consumer<String> progress) throws Exception {
                return work.handle(name, body, progress);
            }

            @Override
            public void abandon(String why) {
                abandoned.add(why);
            }
        };
    }

    /** Joins and serves in a thread of its own; the future fails with the member's exception. */
    private Future<?> slot(Coordinator coordinator, Member member, Work work) {
        return threads.submit(() -> {
            try (Transport transport = network.transport();
                    CoordinatorClient client =
                            CoordinatorClient.join(transport, coordinator.address(), member, PATIENT)) {
                client.serve(handler(work));
            }
            return null;
        });
    }

    /** A slot whose end is of no interest to the test. */
    private void start(Coordinator coordinator, Member member, Work work) {
        started.add(slot(coordinator, member, work));
    }

    private static void assertEnds(Future<?> slot, String message) {
        assertThatThrownBy(() -> slot.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(ExchangeException.class)
                .cause()
                .hasMessage(message);
    }

    @Test
    void aCommandReachesEverySlotAndEveryAnswerComesBack() throws Exception {
        Coordinator coordinator = coordinator(settings(3));
        List<Future<?>> slots = new ArrayList<>();
        for (int i = 2; i >= 0; i--) {
            int slot = i;
            slots.add(slot(coordinator, member(slot, 0, "Zen 5"), (name, body, progress) -> {
                progress.accept("half of " + body);
                progress.accept("all of " + body);
                return name + " by " + slot;
            }));
        }
        assertThat(coordinator.awaitMembers().members())
                .extracting(Member::description)
                .containsExactly("executor 0", "executor 1", "executor 2");
        assertThat(coordinator.awaitMembers().weights()).containsExactly(2, 2, 2);
        for (String body : List.of("{}", "[1]")) {
            List<String> heard = new ArrayList<>();
            assertThat(coordinator.broadcast("train", body, (slot, report) -> heard.add(slot + ": " + report)))
                    .containsExactly("train by 0", "train by 1", "train by 2");
            assertThat(heard).hasSize(6).containsSubsequence("1: half of " + body, "1: all of " + body);
        }
        coordinator.close();
        for (Future<?> slot : slots) {
            assertThat(slot.get(10, TimeUnit.SECONDS)).isNull();
        }
        assertThat(abandoned).isEmpty();
        assertThatThrownBy(() -> coordinator.broadcast("train", "", (slot, report) -> {}))
                .hasMessage("Run r1 expects its coordinator to be open, but it is closed.");
    }

    @Test
    void slotsThatDoNotJoinAreNamed() {
        Coordinator coordinator = coordinator(new CoordinatorSettings(
                3, Duration.ofMillis(300), Duration.ofSeconds(9), Duration.ofSeconds(1), Duration.ofSeconds(9), false));
        Future<?> only = slot(coordinator, member(1, 0, "Zen 5"), (name, body, progress) -> "");
        String message =
                "Run r1 expects 3 slots to join within 300 ms, but slots 0, 2 did not. Maybe the cluster has too few"
                        + " free cores, or set parameterServer.joinSeconds higher.";
        awaitLease(coordinator, "executor 1");
        assertThatThrownBy(coordinator::awaitMembers)
                .isInstanceOf(ExchangeException.class)
                .hasMessage(message);
        assertEnds(only, message);
        assertThatThrownBy(coordinator::awaitMembers).hasMessage(message);
    }

    @Test
    void differentCpusAreRefusedUnlessAllowed() throws Exception {
        Coordinator strict = coordinator(settings(2));
        Future<?> first = slot(strict, member(0, 0, "Zen 5"), (name, body, progress) -> "");
        Future<?> second = slot(strict, member(1, 0, "Xeon"), (name, body, progress) -> "");
        String message = "Run r1 expects one kind of CPU, because another has other roundings, but slot 0 (executor 0,"
                + " 10.0.0.1:4041) has Zen 5 and slot 1 (executor 1, 10.0.0.2:4041) has Xeon. Maybe set"
                + " parameterServer.allowMixedCpus to true.";
        assertThatThrownBy(strict::awaitMembers).hasMessage(message);
        assertEnds(first, message);
        assertEnds(second, message);

        Coordinator lenient = coordinator(new CoordinatorSettings(
                2, Duration.ofSeconds(20), Duration.ofSeconds(9), Duration.ofSeconds(1), Duration.ofSeconds(9), true));
        start(lenient, member(0, 0, "Zen 5"), (name, body, progress) -> "0");
        start(lenient, member(1, 0, "Xeon"), (name, body, progress) -> "1");
        lenient.awaitMembers();
        assertThat(lenient.broadcast("go", "", (slot, report) -> {})).containsExactly("0", "1");
    }

    @Test
    void aLaterAttemptTakesTheLeaseUntilTheRunBegins() {
        Coordinator coordinator = coordinator(settings(2));
        Future<?> early = slot(coordinator, member(0, 0, "Zen 5"), (name, body, progress) -> "early");
        awaitLease(coordinator, "executor 0");
        start(coordinator, member(0, 1, "Zen 5"), (name, body, progress) -> "late");
        assertEnds(
                early, "Slot 0 (executor 0, 10.0.0.1:4041) was replaced: attempt 1 has the lease that attempt 0 had.");
        Future<?> earlier = slot(coordinator, member(0, 0, "Zen 5"), (name, body, progress) -> "earlier");
        assertEnds(
                earlier, "Slot 0 expects one attempt at a time, but attempt 0 came while attempt 1 holds the lease.");
        start(coordinator, member(1, 0, "Zen 5"), (name, body, progress) -> "other");
        assertThat(coordinator.awaitMembers().generation()).isEqualTo(3);
        Future<?> tooLate = slot(coordinator, member(0, 2, "Zen 5"), (name, body, progress) -> "too late");
        assertEnds(
                tooLate, "Slot 0 expects one attempt at a time, but attempt 2 came while attempt 1 holds the lease.");
        Future<?> stranger = slot(coordinator, member(2, 0, "Zen 5"), (name, body, progress) -> "");
        assertEnds(stranger, "Run r1 expects slots 0 to 1, but slot 2 asked to join. Maybe it belongs to another run.");
        assertThat(coordinator.broadcast("go", "", (slot, report) -> {})).containsExactly("late", "other");
    }

    private static void awaitLease(Coordinator coordinator, String description) {
        while (!coordinator.toString().contains(description)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void theFirstFailureWinsAndIsToldToTheOthers() throws Exception {
        Coordinator coordinator = coordinator(settings(2));
        CountDownLatch never = new CountDownLatch(1);
        Future<?> waiting = slot(coordinator, member(0, 0, "Zen 5"), (name, body, progress) -> {
            never.await();
            return "";
        });
        start(coordinator, member(1, 0, "Zen 5"), (name, body, progress) -> {
            throw new ExchangeException("The loss is not finite.");
        });
        coordinator.awaitMembers();
        String message = "Slot 1 (executor 1, 10.0.0.2:4041) failed at \"train\": The loss is not finite.";
        assertThatThrownBy(() -> coordinator.broadcast("train", "", (slot, report) -> {}))
                .isInstanceOf(ExchangeException.class)
                .hasMessage(message);
        assertEnds(waiting, message);
        assertThat(abandoned).contains(message);
        assertThatThrownBy(() -> coordinator.broadcast("save", "", (slot, report) -> {}))
                .hasMessage(message);
    }

    @Test
    void aSlotWhoseConnectionBreaksIsNamed() throws Exception {
        Coordinator coordinator = coordinator(settings(2));
        CountDownLatch begun = new CountDownLatch(1);
        Future<?> other = slot(coordinator, member(0, 0, "Zen 5"), (name, body, progress) -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return "";
        });
        RawMember raw = new RawMember();
        Connection connection = raw.join(coordinator, member(1, 0, "Zen 5"));
        coordinator.awaitMembers();
        Future<?> command = threads.submit(() -> coordinator.broadcast("train", "", (slot, report) -> {}));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        connection.close();
        String message =
                "Slot 1 (executor 1, 10.0.0.2:4041) is lost: the other side closed it. Maybe its executor was killed."
                        + " Continue from the last checkpoint with --resume.";
        assertEnds(command, message);
        assertEnds(other, message);
    }

    @Test
    void aSlotThatFallsSilentIsLost() {
        Coordinator coordinator = coordinator(new CoordinatorSettings(
                1, Duration.ofSeconds(9), Duration.ofSeconds(9), Duration.ofMillis(20), Duration.ofSeconds(1), false));
        RawMember raw = new RawMember();
        assertThat(raw.join(coordinator, member(0, 0, "Zen 5"))).isNotNull();
        coordinator.awaitMembers();
        assertThatThrownBy(() -> coordinator.broadcast("train", "", (slot, report) -> {}))
                .hasMessage(
                        "Slot 0 (executor 0, 10.0.0.1:4041) is lost: it has said nothing for 1 s. Maybe its executor"
                                + " was killed. Continue from the last checkpoint with --resume.");
    }

    @Test
    void aCommandThatMakesNoProgressIsGivenUpAndProgressRenewsItsDeadline() throws Exception {
        Coordinator coordinator = coordinator(new CoordinatorSettings(
                1,
                Duration.ofSeconds(9),
                Duration.ofMillis(1500),
                Duration.ofMillis(50),
                Duration.ofSeconds(9),
                false));
        BlockingQueue<String> pace = new LinkedBlockingQueue<>();
        start(coordinator, member(0, 0, "Zen 5"), (name, body, progress) -> {
            for (int i = 0; i < 5; i++) {
                // Paced by a deadline that passes, not by sleeping: five waits of 200 ms are longer than the command's
                // 600.
                assertThat(pace.poll(400, TimeUnit.MILLISECONDS)).isNull();
                progress.accept(String.valueOf(i));
            }
            if (body.equals("stuck")) {
                pace.take();
            }
            return "done";
        });
        coordinator.awaitMembers();
        assertThat(coordinator.broadcast("train", "", (slot, report) -> {})).containsExactly("done");
        assertThatThrownBy(() -> coordinator.broadcast("train", "stuck", (slot, report) -> {}))
                .hasMessage(
                        "Slot 0 (executor 0, 10.0.0.1:4041) expects to report progress at \"train\" within 1500 ms, but it"
                                + " did not. Maybe it is stuck, or set parameterServer.commandSeconds higher.");
    }

    @Test
    void aListenerThatThrowsEndsTheRun() {
        Coordinator coordinator = coordinator(settings(1));
        Future<?> slot = slot(coordinator, member(0, 0, "Zen 5"), (name, body, progress) -> {
            progress.accept("1");
            return "";
        });
        coordinator.awaitMembers();
        assertThatThrownBy(() -> coordinator.broadcast("train", "", (number, report) -> {
                    throw new IllegalStateException("no terminal");
                }))
                .hasMessage("no terminal");
        assertEnds(slot, "The driver failed at \"train\": java.lang.IllegalStateException: no terminal");
    }

    @Test
    void anInterruptedDriverTellsItsSlots() throws Exception {
        Coordinator coordinator = coordinator(settings(1));
        CountDownLatch begun = new CountDownLatch(1);
        Future<?> slot = slot(coordinator, member(0, 0, "Zen 5"), (name, body, progress) -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return "";
        });
        coordinator.awaitMembers();
        Future<?> command = threads.submit(() -> coordinator.broadcast("train", "", (number, report) -> {}));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(command.cancel(true)).isTrue();
        assertEnds(slot, "Run r1 was cancelled: the driver's thread was interrupted.");
    }

    @Test
    void aSlotThatLeavesSaysWhy() {
        Coordinator coordinator = coordinator(settings(1));
        try (Transport transport = network.transport();
                CoordinatorClient client =
                        CoordinatorClient.join(transport, coordinator.address(), member(0, 0, "Zen 5"), PATIENT)) {
            coordinator.awaitMembers();
            client.leave("oneDNN can't be loaded");
            assertThatThrownBy(() -> client.serve(handler((name, body, progress) -> "")))
                    .hasMessage(
                            "Slot 0 (executor 0, 10.0.0.1:4041) is lost: oneDNN can't be loaded. Maybe its executor was"
                                    + " killed. Continue from the last checkpoint with --resume.");
        }
    }

    @Test
    void aSlotNoticesThatItsCoordinatorIsGoneOrSilent() throws Exception {
        BlockingQueue<Connection> joined = new LinkedBlockingQueue<>();
        try (Transport transport = network.transport()) {
            Address address = transport
                    .listen(Role.COORDINATOR, "127.0.0.1", PortRange.ANY, new Receiver() {
                        @Override
                        public void received(Connection connection, Frame frame) {
                            if (frame instanceof Frame.Join join) {
                                connection.send(
                                        new Frame.Assembled(new io.convoy.ps.wire.Roster(1, List.of(join.member()))));
                                joined.add(connection);
                            }
                        }

                        @Override
                        public void closed(Connection connection, String why) {
                            assertThat(why).isNotEmpty();
                        }
                    })
                    .address();
            CountDownLatch never = new CountDownLatch(1);
            Future<?> slot = threads.submit(() -> {
                try (CoordinatorClient client =
                        CoordinatorClient.join(transport, address, member(0, 0, "Zen 5"), PATIENT)) {
                    client.serve(handler((name, body, progress) -> {
                        never.await();
                        return "";
                    }));
                }
                return null;
            });
            Connection connection = joined.poll(10, TimeUnit.SECONDS);
            assertThat(connection).isNotNull();
            connection.send(new Frame.Command(1, "train", ""));
            assertThatThrownBy(() -> slot.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            connection.close();
            assertEnds(
                    slot,
                    "Slot 0 expects its coordinator at " + address
                            + " to stay, but the connection is gone: the other side closed it. Maybe the driver was killed.");

            MemberSettings impatient =
                    new MemberSettings(Duration.ofSeconds(9), Duration.ofMillis(200), Duration.ofSeconds(5));
            try (CoordinatorClient client =
                    CoordinatorClient.join(transport, address, member(0, 0, "Zen 5"), impatient)) {
                assertThatThrownBy(() -> client.serve(handler((name, body, progress) -> "")))
                        .hasMessage("Slot 0 expects a word from its coordinator at " + address
                                + " every 200 ms, but there was none. Maybe the driver is stuck or unreachable.");
            }
        }
    }

    @Test
    void settingsThatCanNotWorkAreRefused() {
        assertThatThrownBy(() -> CoordinatorSettings.defaults(0))
                .hasMessageStartingWith("CoordinatorSettings expects at least 1 member,");
        assertThatThrownBy(() -> new MemberSettings(Duration.ZERO, Duration.ZERO, Duration.ZERO))
                .hasMessage("MemberSettings expects deadlines above 0, but it got PT0S, PT0S and PT0S.");
        assertThatThrownBy(() -> coordinator(settings(1)).broadcast("train", "", (slot, report) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Coordinator expects all members before the command \"train\", but it has not awaited them.");
    }

    /** A member that joins and then says nothing. */
    private final class RawMember implements Receiver {
        private @Nullable Frame last;

        private Connection join(Coordinator coordinator, Member member) {
            Connection connection =
                    network.transport().connect(Role.COORDINATOR, coordinator.address(), this, Duration.ofSeconds(9));
            connection.send(new Frame.Join(member));
            return connection;
        }

        @Override
        public synchronized void received(Connection connection, Frame frame) {
            last = frame;
        }

        @Override
        public synchronized void closed(Connection connection, String why) {
            assertThat(last).isNotNull();
        }
    }
}
