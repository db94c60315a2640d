package io.convoy.ps;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.ps.coordinator.Coordinator;
import io.convoy.ps.coordinator.CoordinatorSettings;
import io.convoy.ps.security.RunKey;
import io.convoy.ps.security.SharedSecret;
import io.convoy.ps.transport.NettySettings;
import io.convoy.ps.transport.NettyTransport;
import io.convoy.ps.transport.PortRange;
import io.convoy.ps.transport.Transport;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    private static Set<Thread> ours() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("convoy-"))
                .collect(Collectors.toSet());
    }

    @Test
    void aRunOverTcpLeavesNoThreadBehind() throws Exception {
        SharedSecret secret = SharedSecret.draw();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<?>> slots = List.of();
        try (Transport transport =
                        new NettyTransport("driver", RunKey.derive(secret, SlotProgram.RUN), NettySettings.defaults());
                Coordinator coordinator = Coordinator.listen(
                        transport, "127.0.0.1", PortRange.ANY, SlotProgram.RUN, CoordinatorSettings.defaults(2))) {
            slots = List.of(
                    threads.submit(() -> SlotProgram.run(0, coordinator.address(), secret)),
                    threads.submit(() -> SlotProgram.run(1, coordinator.address(), secret)));
            coordinator.awaitMembers();
            coordinator.broadcast("train", "3", (slot, body) -> {});
            Work.assertSameBits(
                    SlotProgram.model(3, coordinator.broadcast("share", "", (slot, body) -> {})),
                    SlotProgram.WORK.local(3));
            assertThat(ours())
                    .extracting(Thread::getName)
                    .contains("convoy-coordinator", "convoy-slot-0", "convoy-client-1")
                    .anyMatch(name -> name.startsWith("convoy-netty-slot-1-"))
                    .hasSizeGreaterThanOrEqualTo(8);
            assertThat(ours()).allMatch(Thread::isDaemon);
        } finally {
            threads.shutdown();
        }
        for (Future<?> slot : slots) {
            slot.get(30, TimeUnit.SECONDS);
        }
        for (Thread thread : ours()) {
            // A pool is closed a moment before the last of its threads is.
            thread.join(5_000);
        }
        assertThat(ours()).extracting(Thread::getName).isEmpty();
    }
}
