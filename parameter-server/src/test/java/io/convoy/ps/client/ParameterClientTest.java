package io.convoy.ps.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.engine.exchange.GradientExchange;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.optim.Lamb;
import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.optim.Update;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.rng.Seed;
import io.convoy.ps.Slots;
import io.convoy.ps.Work;
import io.convoy.ps.security.Role;
import io.convoy.ps.server.ShardServer;
import io.convoy.ps.shard.Ownership;
import io.convoy.ps.shard.Shards;
import io.convoy.ps.transport.Connection;
import io.convoy.ps.transport.Faults;
import io.convoy.ps.transport.InProcessNetwork;
import io.convoy.ps.transport.PortRange;
import io.convoy.ps.transport.Receiver;
import io.convoy.ps.transport.Transport;
import io.convoy.ps.wire.Address;
import io.convoy.ps.wire.Frame;
import io.convoy.ps.wire.Member;
import io.convoy.ps.wire.Origin;
import io.convoy.ps.wire.Roster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three slots, of which slot 0 and slot 1 own a shard each. */
class ParameterClientTest {
    private static final ClientSettings QUICK =
            new ClientSettings(Duration.ofSeconds(1), Duration.ofMillis(20), 1 << 14);

    private final InProcessNetwork network = new InProcessNetwork(new Seed(3), Faults.NONE);
    private final List<Slots> opened = new ArrayList<>();
    private final List<Part> pulled = new ArrayList<>();
    private final GradientExchange.WeightSink sink = new GradientExchange.WeightSink() {
        @Override
        public void weights(Part part, float[] values) {
            pulled.add(part);
        }

        @Override
        public void statistics(float[] values) {
            assertThat(values).isNotEmpty();
        }
    };

    @AfterEach
    void close() {
        opened.forEach(Slots::close);
        network.close();
    }

    private static Work work(Optimizer optimizer) {
        return new Work(new Seed(2), optimizer, 4, 2, 2);
    }

    private Slots slots(Work work, ClientSettings settings) {
        Slots slots = new Slots(work, List.of(1, 2, 1), slot -> network.transport(), work.initial(), settings);
        opened.add(slots);
        return slots;
    }

    private static void push(Slots slots, Work work, int slot, StepPlan plan, int begin, int end) {
        for (Part part : work.layout().parts()) {
            slots.client(slot).push(plan, new LeafRange(begin, end), part, new float[part.length()]);
        }
        slots.client(slot)
                .pushStatistics(
                        plan, new LeafRange(begin, end), work.statisticsLayout().initial());
    }

    @Test
    void aPullThatWaitsTooLongNamesTheLeavesAndWhoHasThem() {
        Work work = work(Sgd.withMomentum(0, 0));
        Slots slots = slots(work, QUICK);
        push(slots, work, 0, work.plan(0), 0, 1);
        String expected = "Slot %d expects version 1 of everything within 1 s, but part 0 and 3 more did not come from"
                + " slot 0 (executor 0, 127.0.0.1:1), which waits for leaves [1, 3) of slot 1 (executor 1, 127.0.0.1:2) and"
                + " leaves [3, 4) of slot 2 (executor 2, 127.0.0.1:3). Maybe a slot is stuck, or set"
                + " parameterServer.deadlineSeconds higher.";
        assertThatThrownBy(() -> slots.client(0).pull(1, sink))
                .isInstanceOf(ExchangeException.class)
                .hasMessage(expected, 0);
        assertThatThrownBy(() -> slots.client(2).pull(1, sink)).hasMessage(expected, 2);
        assertThat(pulled).isEmpty();
    }

    @Test
    void aPullNamesTheSlotsThatHaveNotBegunOrNotFinished() {
        Work work = work(Sgd.withMomentum(0, 0));
        Slots slots = slots(work, QUICK);
        assertThatThrownBy(() -> slots.client(2).pull(1, sink))
                .hasMessageContaining(
                        "which waits for slot 0 (executor 0, 127.0.0.1:1) and slot 1 (executor 1, 127.0.0.1:2)"
                                + " to begin step 0.");
        push(slots, work, 0, work.plan(0), 0, 4);
        assertThatThrownBy(() -> slots.client(0).pull(1, sink))
                .hasMessageContaining("which waits for slot 1 (executor 1, 127.0.0.1:2) to ask for version 1.");
    }

    @Test
    void aPullNamesTheOwnerThatTheOthersWaitForAndOwnersWhoseSumsAreMissing() {
        Work work = work(Lamb.defaults());
        Slots slots = slots(work, QUICK);
        // All leaves of slot 0's parts are in, and none of slot 1's.
        for (int slot = 0; slot < 3; slot++) {
            for (Part part : slots.shards(0).ownership().parts(work.layout(), 0)) {
                LeafRange leaves =
                        work.plan(0).tree().deal(slots.roster().weights()).get(slot);
                for (LeafRange node : work.plan(0).tree().cover(leaves)) {
                    slots.client(slot).push(work.plan(0), node, part, new float[part.length()]);
                }
            }
        }
        slots.server(1).close();
        assertThatThrownBy(() -> slots.client(0).pull(1, sink))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining(" did not come from slot 1 (executor 1, 127.0.0.1:2), which has not answered.");
        assertThat(new Explanation(slots.roster(), 1)
                        .of(new Frame.Waiting(1, 4, List.of(), List.of(1), List.of()), null))
                .isEqualTo("waits for the sums over tensors that slot 1 (executor 1, 127.0.0.1:2) owes it for step 0");
        assertThat(new Explanation(slots.roster(), 1)
                        .of(new Frame.Waiting(1, 4, List.of(), List.of(0, 2), List.of(1)), null))
                .isEqualTo(
                        "waits for the sums over tensors that slot 0 (executor 0, 127.0.0.1:1) and slot 2 (executor 2,"
                                + " 127.0.0.1:3) owe it for step 0");
    }

    @Test
    void aPullNamesAnOwnerThatDoesNotAnswerOrCanNotBeReached() {
        Work work = work(Sgd.withMomentum(0, 0));
        Slots slots = slots(work, QUICK);
        slots.server(0).close();
        assertThatThrownBy(() -> slots.client(1).pull(0, sink))
                .hasMessage("Slot 1 expects version 0 of everything within 1 s, but part 0 and 2 more did not come from"
                        + " slot 0 (executor 0, 127.0.0.1:1), which has not answered. Maybe a slot is stuck, or set"
                        + " parameterServer.deadlineSeconds higher.");
        assertThatThrownBy(() -> ParameterClient.connect(network.transport(), slots.roster(), slots.shards(1), QUICK))
                .hasMessage("A connection expects somebody to listen on 127.0.0.1:1, but nobody does.");
    }

    @Test
    void pushesWaitForRoomAndThenNameTheSlotThatTakesNone() {
        Work work = work(Sgd.withMomentum(0, 0));
        Slots slots = slots(work, QUICK);
        slots.server(0).close();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        push(slots, work, 2, work.plan(0), 3, 4);
                    }
                })
                .isInstanceOf(ExchangeException.class)
                .hasMessageMatching(
                        "Slot 2 expects its gradients to be taken within 1 s, but \\d+ bytes are on their way"
                                + " and there is no room for one to slot 0 \\(executor 0, 127\\.0\\.0\\.1:1\\)\\. Maybe that slot is"
                                + " stuck, or set parameterServer\\.deadlineSeconds higher\\.");
    }

    @Test
    void aRefusalEndsTheExchangeOfTheSlotThatIsWrong() {
        Work work = work(Sgd.withMomentum(0, 0));
        Slots slots = slots(work, new ClientSettings(Duration.ofSeconds(20), Duration.ofMillis(20), 1 << 20));
        // The refusal may come while the slot still pushes.
        assertThatThrownBy(() -> {
                    push(slots, work, 2, work.plan(3), 3, 4);
                    slots.client(2).pull(1, sink);
                })
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("expects a sum of step 0, but it got one of step 3 from slot 2");
        assertThatThrownBy(() -> push(slots, work, 0, work.plan(3), 0, 1))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("expects a sum of step 0, but it got one of step 3 from slot 0");
    }

    private record Exploding() implements Optimizer {
        @Override
        public int stateSpans() {
            return 0;
        }

        @Override
        public void update(Update update, float[] w, float[] g, float[][] state, int offset, int length) {
            throw new ArithmeticException("no rule for this");
        }
    }

    @Test
    void anOptimiserThatThrowsIsReportedToTheWorkers() {
        Work work = work(new Exploding());
        Slots slots = slots(work, new ClientSettings(Duration.ofSeconds(20), Duration.ofMillis(20), 1 << 20));
        for (int slot = 0; slot < 2; slot++) {
            push(slots, work, slot, work.plan(0), 2 * slot, 2 * slot + 1);
        }
        push(slots, work, 0, work.plan(0), 1, 2);
        assertThatThrownBy(() -> {
                    push(slots, work, 2, work.plan(0), 3, 4);
                    slots.client(2).pull(1, sink);
                })
                .isInstanceOf(ExchangeException.class)
                .hasMessage(
                        "Slot 0 expects to add and apply without trouble, but it got java.lang.ArithmeticException: no"
                                + " rule for this.");
    }

    private static void within10Seconds(Callable<?> started, Runnable trigger, String message) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> waiting = thread.submit(started);
            trigger.run();
            assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(ExchangeException.class)
                    .hasMessageEndingWith(message);
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void anAbandonedExchangeEndsItsWaitsAtOnce() throws Exception {
        Work work = work(Sgd.withMomentum(0, 0));
        Slots slots = slots(work, ClientSettings.defaults());
        Callable<?> pull = () -> {
            slots.client(2).pull(1, sink);
            return null;
        };
        within10Seconds(pull, () -> slots.client(2).abandon("Slot 1 is lost."), "Slot 1 is lost.");
        assertThatThrownBy(() -> slots.client(2).pull(0, sink)).hasMessage("Slot 1 is lost.");
        assertThatThrownBy(() -> push(slots, work, 2, work.plan(0), 3, 4)).hasMessage("Slot 1 is lost.");
    }

    @Test
    void aClosedExchangeSaysSo() {
        Work work = work(Sgd.withMomentum(0, 0));
        Slots slots = slots(work, QUICK);
        slots.client(0).close();
        assertThatThrownBy(() -> slots.client(0).pull(0, sink))
                .hasMessage("Slot 0 expects its exchange to be open, but it is closed.");
    }

    @Test
    void aPullBringsEveryPartOnce() {
        Work work = work(Sgd.withMomentum(0, 0));
        Slots slots = slots(work, QUICK);
        slots.client(2).pull(0, sink);
        assertThat(pulled).containsExactlyInAnyOrderElementsOf(work.layout().parts());
        assertThatThrownBy(() -> new ClientSettings(Duration.ZERO, Duration.ofSeconds(1), 1))
                .hasMessage(
                        "ClientSettings expects a deadline, a retry and outstanding bytes above 0, but it got PT0S, PT1S"
                                + " and 1.");
    }

    /** This network delivers in order: when a frame has come, so has all that was sent before it. */
    private void awaitDelivery() throws InterruptedException {
        CountDownLatch arrived = new CountDownLatch(1);
        Receiver receiver = new Receiver() {
            @Override
            public void received(Connection connection, Frame frame) {
                arrived.countDown();
            }

            @Override
            public void closed(Connection connection, String why) {
                assertThat(why).isNotBlank();
            }
        };
        try (Transport transport = network.transport()) {
            Address address = transport
                    .listen(Role.SHARDS, "127.0.0.1", PortRange.ANY, receiver)
                    .address();
            transport
                    .connect(Role.SHARDS, address, receiver, Duration.ofSeconds(5))
                    .send(new Frame.Ping(1));
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatIsSentBeforeAnOwnerServesIsNotLost() throws InterruptedException {
        Work work = new Work(new Seed(2), UpdateRule.of(Lamb.defaults()), 1, 2, 2, false);
        List<Transport> transports = List.of(network.transport(), network.transport());
        List<ShardServer> servers = new ArrayList<>();
        List<Member> members = new ArrayList<>();
        List<Shards> shards = new ArrayList<>();
        for (int slot = 0; slot < 2; slot++) {
            servers.add(ShardServer.listen(transports.get(slot), "127.0.0.1", PortRange.ANY));
            members.add(new Member(slot, 0, servers.get(slot).address(), 1, "cpu", "executor " + slot));
            shards.add(new Shards(
                    new Origin(1, 1, slot),
                    new Ownership(2, 2),
                    work.layout(),
                    work.statisticsLayout(),
                    work.rule(),
                    work.initial(),
                    transports.get(slot).buffers()));
        }
        Roster roster = new Roster(1, members);
        servers.get(0).serve(shards.get(0));
        ClientSettings patient = new ClientSettings(Duration.ofSeconds(20), Duration.ofMillis(20), 1 << 20);
        try (ParameterClient client = ParameterClient.connect(transports.get(0), roster, shards.get(0), patient)) {
            for (Part part : work.layout().parts()) {
                client.push(work.plan(0), new LeafRange(0, 1), part, new float[part.length()]);
            }
            awaitDelivery();
            servers.get(1).serve(shards.get(1));
            try (ParameterClient other = ParameterClient.connect(transports.get(1), roster, shards.get(1), patient)) {
                CompletableFuture<Void> pull = CompletableFuture.runAsync(() -> other.pull(1, sink));
                client.pull(1, sink);
                pull.join();
            }
        }
        assertThat(shards.get(1).snapshot().version()).isEqualTo(1);
        servers.forEach(ShardServer::close);
        transports.forEach(Transport::close);
    }
}
