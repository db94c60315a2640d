package io.convoy.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.spark.RunFailedException;
import io.convoy.spark.report.DigestFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training with two executors in JVMs of their own. */
@Timeout(300)
final class TrainingClusterIT {
    private static final String CLUSTER = "local-cluster[2,1,2048]";
    private static final Map<String, String> SETTINGS = Map.of(
            "spark.ui.enabled", "false",
            "spark.executor.memory", "1024m",
            "spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "spark.executor.extraClassPath", System.getProperty("java.class.path"));

    @TempDir
    private Path folder;

    /** As spark-submit gives them to a driver. */
    @BeforeEach
    void giveSettings() {
        SETTINGS.forEach(System::setProperty);
    }

    @AfterEach
    void takeSettings() {
        SETTINGS.keySet().forEach(System::clearProperty);
    }

    private SmallRun run(String name, String network, int epochs) throws IOException {
        return new SmallRun(Files.createDirectories(folder.resolve(name)), network, epochs);
    }

    @ParameterizedTest
    @ValueSource(strings = {SmallRun.LENET_WITH_ADAM, SmallRun.RESNET_WITH_MOMENTUM})
    void twoExecutorsGiveTheBitsOfOneCore(String network) throws IOException {
        SmallRun one = run("one", network, 9);
        one.train("local[1]", false, "spark.slots=1");
        SmallRun two = run("two", network, 9);
        assertThat(two.train(CLUSTER, false, "parameterServer.shards=3")).contains("test accuracy ");
        DigestFile.Comparison comparison = one.compare(two);
        assertThat(comparison.difference()).isEmpty();
        assertThat(comparison.steps()).isEqualTo(SmallRun.STEPS);
    }

    @Test
    void killedExecutorEndsTheRunWithItsNameAndResumeGivesTheBitsOfTheRunThatWasNotKilled() throws Exception {
        SmallRun killed = run("killed", SmallRun.RESNET_WITH_MOMENTUM, 2000);
        CompletableFuture<String> training = CompletableFuture.supplyAsync(() -> killed.train(CLUSTER, false));
        awaitManifests(killed, 3, training);
        ProcessHandle victim = executors().get(0);
        long begin = System.nanoTime();
        assertThat(victim.destroyForcibly()).isTrue();
        assertThatThrownBy(() -> training.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(RunFailedException.class)
                .hasMessageMatching(
                        "Slot \\d \\(executor \\d on .*\\) expects its executor to live until the run ends, but it"
                                + " was lost: .* train again with --resume to go on from the last checkpoint\\.");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));

        int epochs = Math.toIntExact(lastManifest(killed) / 6 + 2);
        SmallRun resumed = new SmallRun(killed.folder(), SmallRun.RESNET_WITH_MOMENTUM, epochs);
        assertThat(resumed.train("local[2]", true)).startsWith("going on from ");
        SmallRun whole = run("whole", SmallRun.RESNET_WITH_MOMENTUM, epochs);
        whole.train("local[2]", false);
        List<String> ends = tail(whole.digests());
        assertThat(tail(resumed.digests())).isNotEmpty().isEqualTo(ends);
    }

    /** The digests after the last step. */
    private static List<String> tail(Path digests) throws IOException {
        List<String> lines = Files.readAllLines(digests);
        String step = lines.get(lines.size() - 1).replaceAll(" .*", " ");
        return lines.stream().filter(line -> line.startsWith(step)).toList();
    }

    private static List<ProcessHandle> executors() {
        return ProcessHandle.current()
                .descendants()
                .filter(TrainingClusterIT::isExecutor)
                .toList();
    }

    /** {@link ProcessHandle} leaves out command lines as long as these. */
    private static boolean isExecutor(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                    .contains("CoarseGrainedExecutorBackend");
        } catch (IOException gone) {
            return false;
        }
    }

    private static List<Path> manifests(SmallRun run) throws IOException {
        Path checkpoints = run.folder().resolve("checkpoints");
        if (!Files.exists(checkpoints)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(checkpoints)) {
            return files.filter(file -> file.endsWith("manifest.json")).sorted().toList();
        }
    }

    private static long lastManifest(SmallRun run) throws IOException {
        List<Path> all = manifests(run);
        return Long.parseLong(all.get(all.size() - 1).toString().replaceAll(".*step-(\\d+).*", "$1"));
    }

    private static void awaitManifests(SmallRun run, int count, CompletableFuture<String> training)
            throws IOException, InterruptedException, ExecutionException {
        while (manifests(run).size() < count) {
            if (training.isDone()) {
                training.get();
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
