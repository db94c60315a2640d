package io.convoy.spark.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.spark.RunFailedException;
import io.convoy.spark.job.Checkup.Finding;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two executors in JVMs of their own, launched from {@code target/spark/jars}. */
@Timeout(180)
final class LocalClusterIT {
    private static final String MASTER = "local-cluster[2,1,1024]";
    private static final Slots TWO = new Slots(2, 1);
    private static final Duration START = Duration.ofSeconds(90);

    private JavaSparkContext spark;

    @BeforeEach
    void start() {
        SparkConf conf = LocalSpark.strict(new SparkSetup(MASTER, TWO).conf("test"))
                .set("spark.ui.enabled", "false")
                .set("spark.executor.memory", "512m")
                .set("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
                .set("spark.executor.extraClassPath", System.getProperty("java.class.path"));
        spark = new JavaSparkContext(conf);
    }

    @AfterEach
    void stop() {
        spark.close();
    }

    @Test
    void eachSlotHasAnExecutorOfItsOwnWithOneThreadInEachPrimitive() throws Exception {
        List<Finding> findings = Checkup.run(spark, TWO);
        assertThat(findings).extracting(Finding::slot).containsExactly(0, 1);
        assertThat(findings).extracting(Finding::executorId).containsExactlyInAnyOrder("0", "1");
        assertThat(findings).extracting(Finding::arithmetic).allMatch(text -> text.startsWith("oneDNN 3."));
        assertThat(findings)
                .extracting(Finding::pid)
                .doesNotHaveDuplicates()
                .doesNotContain(ProcessHandle.current().pid());
    }

    @Test
    void aKilledExecutorIsNamedWithinThirtySecondsAndTheOtherSlotIsCancelled() throws Exception {
        try (ServerSocket port = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            Telephone telephone = new Telephone(port.getLocalPort());
            SlotJobs jobs = SlotJobs.submit(spark, TWO, telephone::holdTheLine, START);
            List<Socket> lines = List.of(port.accept(), port.accept());
            List<String[]> callers = new ArrayList<>();
            for (Socket line : lines) {
                callers.add(new String(line.getInputStream().readNBytes(Telephone.MESSAGE_BYTES), UTF_8)
                        .strip()
                        .split(" ", -1));
            }
            String[] victim = callers.get(0);
            long begin = System.nanoTime();
            ProcessHandle.of(Long.parseLong(victim[3])).orElseThrow().destroyForcibly();
            assertThatThrownBy(jobs::await)
                    .isInstanceOf(RunFailedException.class)
                    .hasMessageMatching("Slot " + victim[0] + " \\(executor " + victim[1] + " on " + victim[2]
                            + "\\) expects its executor to live until the run ends, but it was lost: .*\\. Maybe its host ran"
                            + " out of memory or was stopped\\.");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
            // The other slot is interrupted, and hangs up.
            lines.get(1).setSoTimeout(30_000);
            assertThat(lines.get(1).getInputStream().read()).isEqualTo('x');
            jobs.close();
            for (Socket line : lines) {
                line.close();
            }
        }
    }

    /** A slot that tells the test who it is, and then waits to be interrupted. */
    private record Telephone(int port) implements Serializable {
        private static final int MESSAGE_BYTES = 100;

        byte[] holdTheLine(SlotContext context) throws IOException, InterruptedException {
            try (Socket line = new Socket(InetAddress.getLoopbackAddress(), port)) {
                String who = context.slot() + " " + context.executorId() + " " + context.host() + " "
                        + ProcessHandle.current().pid();
                line.getOutputStream()
                        .write(String.format("%-" + MESSAGE_BYTES + "s", who).getBytes(UTF_8));
                try {
                    new CountDownLatch(1).await();
                } finally {
                    line.getOutputStream().write('x');
                }
                return new byte[0];
            }
        }
    }
}
