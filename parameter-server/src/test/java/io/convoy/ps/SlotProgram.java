package io.convoy.ps;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.rng.Seed;
import io.convoy.ps.client.ClientSettings;
import io.convoy.ps.client.ParameterClient;
import io.convoy.ps.coordinator.CommandHandler;
import io.convoy.ps.coordinator.CoordinatorClient;
import io.convoy.ps.coordinator.MemberSettings;
import io.convoy.ps.security.RunKey;
import io.convoy.ps.security.SharedSecret;
import io.convoy.ps.server.ShardServer;
import io.convoy.ps.shard.Ownership;
import io.convoy.ps.shard.ShardSnapshot;
import io.convoy.ps.shard.Shards;
import io.convoy.ps.transport.NettySettings;
import io.convoy.ps.transport.NettyTransport;
import io.convoy.ps.transport.PortRange;
import io.convoy.ps.transport.Transport;
import io.convoy.ps.wire.Address;
import io.convoy.ps.wire.Floats;
import io.convoy.ps.wire.Member;
import io.convoy.ps.wire.Origin;
import io.convoy.ps.wire.Roster;
import io.convoy.ps.wire.RunId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** A whole slot over TCP, in a process of its own or in a thread: joins, trains, and hands out its share. */
public final class SlotProgram {
    static final RunId RUN = new RunId("two-jvms");
    static final Work WORK = new Work(new Seed(11), Sgd.withMomentum(0.9, 1e-3), 7, 5, 2);
    static final int FAILED = 3;

    private SlotProgram() {}

    /** {@code <slot> <coordinator's host> <port>}; the secret is in the environment. */
    public static void main(String[] arguments) {
        try {
            run(
                    Integer.parseInt(arguments[0]),
                    new Address(arguments[1], Integer.parseInt(arguments[2])),
                    SharedSecret.parse(System.getenv("CONVOY_SECRET")));
        } catch (ExchangeException e) {
            System.err.println("SLOT FAILED: " + e.getMessage());
            System.exit(FAILED);
        }
    }

    static void run(int slot, Address coordinator, SharedSecret secret) {
        ParameterLayout layout = WORK.layout();
        try (Transport transport =
                        new NettyTransport("slot-" + slot, RunKey.derive(secret, RUN), NettySettings.defaults());
                ShardServer server = ShardServer.listen(transport, "127.0.0.1", PortRange.ANY);
                CoordinatorClient driver = CoordinatorClient.join(
                        transport,
                        coordinator,
                        new Member(slot, 0, server.address(), 1, "cpu", "process " + slot),
                        MemberSettings.defaults())) {
            Roster roster = driver.roster();
            Shards shards = new Shards(
                    new Origin(RUN.number(), roster.generation(), slot),
                    new Ownership(layout.shards(), roster.size()),
                    layout,
                    WORK.statisticsLayout(),
                    WORK.rule(),
                    WORK.initial(),
                    transport.buffers());
            server.serve(shards);
            try (ParameterClient exchange =
                    ParameterClient.connect(transport, roster, shards, ClientSettings.defaults())) {
                driver.serve(new CommandHandler() {
                    @Override
                    public String handle(String name, String body, Consumer<String> progress) {
                        if (name.equals("share")) {
                            return text(shards.snapshot());
                        }
                        long steps = Long.parseLong(body);
                        WORK.run(exchange, slot, roster.weights(), 0, steps, () -> progress.accept(""));
                        return "";
                    }

                    @Override
                    public void abandon(String why) {
                        exchange.abandon(why);
                    }
                });
            }
        }
    }

    private static String text(ShardSnapshot share) {
        StringBuilder text = new StringBuilder();
        for (ShardSnapshot.PartSnapshot part : share.parts()) {
            text.append(part.part().index()).append(' ').append(base64(part.weights()));
            part.state().forEach(span -> text.append(' ').append(base64(span)));
            text.append('\n');
        }
        if (share.statistics() != null) {
            text.append("statistics ")
                    .append(base64(share.statistics().running()))
                    .append('\n');
        }
        return text.toString();
    }

    /** Puts the shares together that slots handed out at {@code version}. */
    static ModelState model(long version, List<String> shares) {
        List<ShardSnapshot> snapshots = new ArrayList<>();
        for (int slot = 0; slot < shares.size(); slot++) {
            List<ShardSnapshot.PartSnapshot> parts = new ArrayList<>();
            ShardSnapshot.StatisticsSnapshot statistics = null;
            for (String line : shares.get(slot).split("\n", -1)) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("statistics")) {
                    statistics = new ShardSnapshot.StatisticsSnapshot(version, floats(words[1]));
                } else if (words.length > 1) {
                    List<Floats> state = new ArrayList<>();
                    for (int i = 2; i < words.length; i++) {
                        state.add(floats(words[i]));
                    }
                    parts.add(new ShardSnapshot.PartSnapshot(
                            WORK.layout().parts().get(Integer.parseInt(words[0])), version, floats(words[1]), state));
                }
            }
            snapshots.add(new ShardSnapshot(slot, version, parts, statistics));
        }
        return ShardSnapshot.assemble(
                WORK.layout(), WORK.rule().stateSpans(), WORK.statisticsLayout().initial(), snapshots);
    }

    private static String base64(Floats floats) {
        ByteBuffer bytes = ByteBuffer.allocate(floats.length() * Float.BYTES);
        bytes.asFloatBuffer().put(floats.array());
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static Floats floats(String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        float[] floats = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(floats);
        return new Floats(floats);
    }
}
