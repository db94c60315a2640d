package io.convoy.ps;

import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.ps.client.ClientSettings;
import io.convoy.ps.client.ParameterClient;
import io.convoy.ps.server.ShardServer;
import io.convoy.ps.shard.Ownership;
import io.convoy.ps.shard.ShardSnapshot;
import io.convoy.ps.shard.Shards;
import io.convoy.ps.transport.PortRange;
import io.convoy.ps.transport.Transport;
import io.convoy.ps.wire.Member;
import io.convoy.ps.wire.Origin;
import io.convoy.ps.wire.Roster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** The servers and clients of all slots of a run, in this process, without a coordinator. */
public final class Slots implements AutoCloseable {
    public static final long RUN = 42;

    private final Work work;
    private final Roster roster;
    private final List<Transport> transports = new ArrayList<>();
    private final List<ShardServer> servers = new ArrayList<>();
    private final List<Shards> shards = new ArrayList<>();
    private final List<ParameterClient> clients = new ArrayList<>();

    public Slots(
            Work work,
            List<Integer> cores,
            IntFunction<Transport> transport,
            ModelState initial,
            ClientSettings settings) {
        this.work = work;
        ParameterLayout layout = work.layout();
        List<Member> members = new ArrayList<>();
        for (int slot = 0; slot < cores.size(); slot++) {
            transports.add(transport.apply(slot));
            servers.add(ShardServer.listen(transports.get(slot), "127.0.0.1", PortRange.ANY));
            members.add(new Member(slot, 0, servers.get(slot).address(), cores.get(slot), "cpu", "executor " + slot));
        }
        this.roster = new Roster(1, members);
        Ownership ownership = new Ownership(layout.shards(), cores.size());
        for (int slot = 0; slot < cores.size(); slot++) {
            shards.add(new Shards(
                    new Origin(RUN, 1, slot),
                    ownership,
                    layout,
                    work.statisticsLayout(),
                    work.rule(),
                    initial,
                    transports.get(slot).buffers()));
            servers.get(slot).serve(shards.get(slot));
        }
        for (int slot = 0; slot < cores.size(); slot++) {
            clients.add(ParameterClient.connect(transports.get(slot), roster, shards.get(slot), settings));
        }
    }

    public ParameterClient client(int slot) {
        return clients.get(slot);
    }

    public ShardServer server(int slot) {
        return servers.get(slot);
    }

    public Shards shards(int slot) {
        return shards.get(slot);
    }

    public Roster roster() {
        return roster;
    }

    /** Every slot works through the steps in a thread of its own. */
    public void run(long from, long to) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients.size());
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int slot = 0; slot < clients.size(); slot++) {
                int worker = slot;
                workers.add(threads.submit(
                        () -> work.run(clients.get(worker), worker, roster.weights(), from, to, () -> {})));
            }
            for (Future<?> worker : workers) {
                worker.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    public ModelState snapshot() {
        List<ShardSnapshot> shares = shards.stream().map(Shards::snapshot).toList();
        return ShardSnapshot.assemble(
                work.layout(), work.rule().stateSpans(), work.statisticsLayout().initial(), shares);
    }

    @Override
    public void close() {
        clients.forEach(ParameterClient::close);
        servers.forEach(ShardServer::close);
        transports.forEach(Transport::close);
    }
}
