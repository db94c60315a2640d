package io.convoy.ps;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.exchange.GradientExchange;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.optim.Adam;
import io.convoy.engine.optim.Averaging;
import io.convoy.engine.optim.Clipping;
import io.convoy.engine.optim.Lamb;
import io.convoy.engine.optim.ParameterGroup;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.rng.Seed;
import io.convoy.ps.client.ClientSettings;
import io.convoy.ps.security.RunKey;
import io.convoy.ps.security.SharedSecret;
import io.convoy.ps.transport.Faults;
import io.convoy.ps.transport.InProcessNetwork;
import io.convoy.ps.transport.NettySettings;
import io.convoy.ps.transport.NettyTransport;
import io.convoy.ps.wire.RunId;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Any number of slots and shards, and any order of arrival, gives the bits of {@link io.convoy.engine.exchange.LocalExchange}. */
class EquationTest {
    private static final long STEPS = 20;
    private static final UpdateRule MOMENTUM = UpdateRule.of(Sgd.withMomentum(0.9, 1e-3));
    private static final UpdateRule LAMB = UpdateRule.of(new Lamb(0.9, 0.99, 1e-6, 0.01));
    private static final UpdateRule LAMB_AND_ALL =
            LAMB.with(new Clipping.ByNorm(3)).with(new Averaging(0.9)).with(ParameterGroup.withoutDecay());
    private static final List<UpdateRule> RULES = List.of(
            UpdateRule.of(Adam.defaults()), LAMB, MOMENTUM, MOMENTUM.with(new Clipping.ByNorm(3)), LAMB_AND_ALL);
    private static final Faults ROUGH = new Faults(0.03, 0.05, 0.002, Duration.ofNanos(300_000));
    private static final ClientSettings IMPATIENT =
            new ClientSettings(Duration.ofSeconds(20), Duration.ofMillis(6), 1 << 20);

    static Stream<Arguments> configurations() {
        return IntStream.rangeClosed(1, 9)
                .boxed()
                .flatMap(leaves -> IntStream.rangeClosed(1, 3)
                        .boxed()
                        .flatMap(shards -> IntStream.rangeClosed(1, 3).mapToObj(slots -> {
                            UpdateRule rule = RULES.get((leaves + shards + slots) % RULES.size());
                            return Arguments.of(leaves, shards, slots, rule);
                        })));
    }

    private static List<Integer> unequalCores(int slots) {
        return IntStream.range(0, slots).mapToObj(slot -> 1 + slot % 2).toList();
    }

    @ParameterizedTest(name = "V={0} shards={1} slots={2} {3}")
    @MethodSource("configurations")
    void lossDuplicationAndReorderingLeaveTheBitsAlone(int leaves, int shards, int slots, UpdateRule rule)
            throws Exception {
        Seed seed = new Seed(System.nanoTime());
        System.out.println("EquationTest V=" + leaves + " shards=" + shards + " slots=" + slots + ": " + seed);
        Work work = new Work(seed, rule, leaves, 4, shards);
        try (InProcessNetwork network = new InProcessNetwork(seed.child("network"), ROUGH);
                Slots cluster =
                        new Slots(work, unequalCores(slots), slot -> network.transport(), work.initial(), IMPATIENT)) {
            cluster.run(0, STEPS);
            Work.assertSameBits(cluster.snapshot(), work.local(STEPS));
        }
    }

    @Test
    void threeSlotsOverTcpHaveTheBitsOfOne() throws Exception {
        for (int shards = 1; shards <= 3; shards++) {
            Work work = new Work(new Seed(shards), Sgd.withMomentum(0.9, 1e-3), 7, 5, shards);
            RunKey key = RunKey.derive(SharedSecret.draw(), new RunId("equation"));
            try (Slots cluster = new Slots(
                    work,
                    List.of(1, 2, 2),
                    slot -> new NettyTransport("slot-" + slot, key, NettySettings.defaults()),
                    work.initial(),
                    ClientSettings.defaults())) {
                cluster.run(0, STEPS);
                Work.assertSameBits(cluster.snapshot(), work.local(STEPS));
            }
        }
    }

    @Test
    void aNetworkWithoutBatchNormHasNoStatisticsToWaitFor() throws Exception {
        Work work = new Work(new Seed(9), UpdateRule.of(Adam.defaults()), 5, 3, 2, false);
        try (InProcessNetwork network = new InProcessNetwork(new Seed(10), ROUGH);
                Slots cluster =
                        new Slots(work, List.of(1, 1), slot -> network.transport(), work.initial(), IMPATIENT)) {
            cluster.run(0, STEPS);
            Work.assertSameBits(cluster.snapshot(), work.local(STEPS));
        }
    }

    @Test
    void moreSlotsThanLeavesAndShardsStayInStep() throws Exception {
        Work work = new Work(new Seed(5), Adam.defaults(), 1, 3, 2);
        try (InProcessNetwork network = new InProcessNetwork(new Seed(6), ROUGH);
                Slots cluster = new Slots(
                        work, List.of(1, 1, 1, 1, 1), slot -> network.transport(), work.initial(), IMPATIENT)) {
            cluster.run(0, STEPS);
            Work.assertSameBits(cluster.snapshot(), work.local(STEPS));
        }
    }

    @Test
    void aRunResumedWithOtherSlotsHasTheBitsOfOneThatWasNotStopped() throws Exception {
        Work work = new Work(new Seed(7), Adam.defaults(), 6, 4, 3);
        ModelState half;
        try (InProcessNetwork network = new InProcessNetwork(new Seed(8), ROUGH)) {
            try (Slots cluster =
                    new Slots(work, List.of(1, 1, 1), slot -> network.transport(), work.initial(), IMPATIENT)) {
                cluster.run(0, STEPS / 2);
                half = cluster.snapshot();
            }
            try (Slots cluster = new Slots(work, List.of(3, 1), slot -> network.transport(), half, IMPATIENT)) {
                cluster.run(STEPS / 2, STEPS);
                Work.assertSameBits(cluster.snapshot(), work.local(STEPS));
            }
        }
    }

    @ParameterizedTest(name = "shards={0} slots={1}")
    @CsvSource({"1, 1", "1, 2", "1, 3", "2, 1", "2, 2", "2, 3", "3, 1", "3, 2", "3, 3", "4, 5"})
    void normsThatCrossShardsHaveTheBitsOfOneProcessThoughSumsAreLostTwiceOrLate(int shards, int slots)
            throws Exception {
        Seed seed = new Seed(System.nanoTime());
        System.out.println("EquationTest norms, shards=" + shards + " slots=" + slots + ": " + seed);
        for (UpdateRule rule : List.of(LAMB, MOMENTUM.with(new Clipping.ByNorm(3)), LAMB_AND_ALL)) {
            Work work = new Work(seed, rule, 3, 4, shards);
            try (InProcessNetwork network =
                            new InProcessNetwork(seed.child("network"), new Faults(0.1, 0.1, 0.01, ROUGH.delay()));
                    Slots cluster = new Slots(
                            work, unequalCores(slots), slot -> network.transport(), work.initial(), IMPATIENT)) {
                cluster.run(0, STEPS);
                Work.assertSameBits(cluster.snapshot(), work.local(STEPS));
            }
            // One shard is one process in all but name: its tensors are cut elsewhere, its norms are not.
            assertThat(work.layout().parts().size()).isGreaterThanOrEqualTo(shards);
        }
    }

    @Test
    void lambOverTcpHasTheBitsOfOneProcessAndItsAveragesCanBePulled() throws Exception {
        Work work = new Work(new Seed(11), LAMB_AND_ALL, 5, 3, 3);
        RunKey key = RunKey.derive(SharedSecret.draw(), new RunId("norms"));
        try (Slots cluster = new Slots(
                work,
                List.of(1, 2, 2),
                slot -> new NettyTransport("slot-" + slot, key, NettySettings.defaults()),
                work.initial(),
                ClientSettings.defaults())) {
            cluster.run(0, STEPS);
            ModelState state = cluster.snapshot();
            Work.assertSameBits(state, work.local(STEPS));
            float[][] spans = state.optimizerState();
            for (int slot = 0; slot < 3; slot++) {
                float[] averages = new float[work.layout().length()];
                cluster.client(slot).pullAverages(STEPS, new GradientExchange.WeightSink() {
                    @Override
                    public void weights(Part part, float[] values) {
                        System.arraycopy(values, 0, averages, part.offset(), part.length());
                    }

                    @Override
                    public void statistics(float[] values) {
                        assertThat(values).isEqualTo(state.statistics());
                    }
                });
                assertThat(averages)
                        .isEqualTo(spans[work.rule().stateSpans() - 1])
                        .isNotEqualTo(state.weights());
            }
        }
    }

    @Test
    void aRunWithNormsIsResumedWithOtherSlots() throws Exception {
        Work work = new Work(new Seed(12), LAMB_AND_ALL, 6, 4, 3);
        try (InProcessNetwork network = new InProcessNetwork(new Seed(13), ROUGH)) {
            ModelState half;
            try (Slots cluster =
                    new Slots(work, List.of(1, 1, 1), slot -> network.transport(), work.initial(), IMPATIENT)) {
                cluster.run(0, STEPS / 2);
                half = cluster.snapshot();
            }
            try (Slots cluster = new Slots(work, List.of(3, 1), slot -> network.transport(), half, IMPATIENT)) {
                cluster.run(STEPS / 2, STEPS);
                Work.assertSameBits(cluster.snapshot(), work.local(STEPS));
            }
        }
    }
}
