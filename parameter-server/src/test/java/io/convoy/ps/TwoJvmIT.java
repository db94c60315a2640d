package io.convoy.ps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.ps.coordinator.Coordinator;
import io.convoy.ps.coordinator.CoordinatorSettings;
import io.convoy.ps.security.RunKey;
import io.convoy.ps.security.SharedSecret;
import io.convoy.ps.transport.NettySettings;
import io.convoy.ps.transport.NettyTransport;
import io.convoy.ps.transport.PortRange;
import io.convoy.ps.transport.Transport;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two slots in two JVMs over loopback, and their coordinator in this one. */
@Timeout(120)
class TwoJvmIT {
    private static final int STEPS = 20;

    private final SharedSecret secret = SharedSecret.draw();
    private final List<Process> processes = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void endProcesses() {
        processes.forEach(Process::destroyForcibly);
    }

    private Transport transport() {
        return new NettyTransport("driver", RunKey.derive(secret, SlotProgram.RUN), NettySettings.defaults());
    }

    private static Coordinator coordinator(Transport transport) {
        return Coordinator.listen(
                transport, "127.0.0.1", PortRange.ANY, SlotProgram.RUN, CoordinatorSettings.defaults(2));
    }

    private Path output(int slot) {
        return directory.resolve("slot-" + slot + ".log");
    }

    private void start(Coordinator coordinator) throws IOException {
        for (int slot = 0; slot < 2; slot++) {
            ProcessBuilder builder = new ProcessBuilder(
                    System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    SlotProgram.class.getName(),
                    Integer.toString(slot),
                    coordinator.address().host(),
                    Integer.toString(coordinator.address().port()));
            builder.environment().put("CONVOY_SECRET", secret.text());
            builder.redirectErrorStream(true).redirectOutput(output(slot).toFile());
            processes.add(builder.start());
        }
    }

    @Test
    void twoProcessesHaveTheBitsOfOne() throws Exception {
        try (Transport transport = transport();
                Coordinator coordinator = coordinator(transport)) {
            start(coordinator);
            coordinator.awaitMembers();
            coordinator.broadcast("train", Integer.toString(STEPS), (slot, body) -> {});
            Work.assertSameBits(
                    SlotProgram.model(STEPS, coordinator.broadcast("share", "", (slot, body) -> {})),
                    SlotProgram.WORK.local(STEPS));
        }
        for (int slot = 0; slot < 2; slot++) {
            assertThat(processes.get(slot).waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(processes.get(slot).exitValue())
                    .as(Files.readString(output(slot)))
                    .isZero();
        }
    }

    @Test
    void aKilledProcessEndsTheOtherAndIsNamed() throws Exception {
        try (Transport transport = transport();
                Coordinator coordinator = coordinator(transport)) {
            start(coordinator);
            coordinator.awaitMembers();
            BitSet training = new BitSet();
            long[] killedAt = new long[1];
            assertThatThrownBy(() -> coordinator.broadcast("train", "100000000", (slot, body) -> {
                        training.set(slot);
                        if (training.cardinality() == 2 && killedAt[0] == 0) {
                            killedAt[0] = System.nanoTime();
                            processes.get(1).destroyForcibly();
                        }
                    }))
                    .isInstanceOf(ExchangeException.class)
                    .hasMessageMatching(
                            "Slot 1 \\(process 1, 127\\.0\\.0\\.1:\\d+\\) is lost: .*\\. Maybe its executor was"
                                    + " killed\\. Continue from the last checkpoint with --resume\\.");
            assertThat(processes.get(0).waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(System.nanoTime() - killedAt[0]).isLessThan(TimeUnit.SECONDS.toNanos(30));
            assertThat(processes.get(0).exitValue()).isEqualTo(SlotProgram.FAILED);
            assertThat(Files.readString(output(0))).contains("SLOT FAILED: Slot 1 (process 1, 127.0.0.1:");
        }
    }
}
