package io.convoy.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master and two workers as processes on loopback, started and used by the scripts of {@code deploy/}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(400)
final class StandaloneClusterIT {
    private static final Path HOME = Path.of(System.getProperty("convoy.home"));
    private static final String SMALL = "spark.executor.memory=512m";
    private static final String FAST = "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    @TempDir
    private static Path cluster;

    private String master = "";

    private record Ended(int exitCode, String out, String err) {}

    private Ended run(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("deploy").resolve(script).toString()));
        command.addAll(List.of(arguments));
        Path log = Files.createTempDirectory(cluster, "run");
        File out = log.resolve("out").toFile();
        File err = log.resolve("err").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(cluster.toFile())
                .redirectOutput(out)
                .redirectError(err);
        builder.environment().put("CONVOY_CLUSTER", cluster.toString());
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("CONVOY_WORKER_MEMORY", "1536m");
        Process process = builder.start();
        if (!process.waitFor(180, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Ended(process.waitFor(), Files.readString(out.toPath()), Files.readString(err.toPath()));
    }

    /** In client mode: the driver is a process of this test. */
    private Ended submit(String... command) throws IOException, InterruptedException {
        return run("submit.sh", submission(List.of(), command));
    }

    /** In cluster mode: the driver is a process of a worker. */
    private Ended submitToCluster(String... command) throws IOException, InterruptedException {
        return run(
                "submit.sh",
                submission(List.of("--deploy-mode", "cluster", "--conf", "spark.driver.memory=512m"), command));
    }

    private String[] submission(List<String> options, String... command) {
        List<String> all = new ArrayList<>(List.of("--master", master, "--conf", SMALL, "--conf", FAST));
        all.addAll(options);
        all.add("--");
        all.addAll(List.of(command));
        return all.toArray(String[]::new);
    }

    @BeforeAll
    void start() throws IOException, InterruptedException {
        Ended up = run("standalone-up.sh");
        assertThat(up.err()).isEmpty();
        assertThat(up.exitCode()).isZero();
        master = up.out().strip();
    }

    @AfterAll
    void stop() throws IOException, InterruptedException {
        List<ProcessHandle> processes = new ArrayList<>();
        for (String pid : Files.readAllLines(cluster.resolve("pids"))) {
            ProcessHandle.of(Long.parseLong(pid)).ifPresent(processes::add);
        }
        assertThat(processes).hasSize(3);
        assertThat(run("standalone-down.sh").exitCode()).isZero();
        for (ProcessHandle process : processes) {
            assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(20));
        }
    }

    private List<String> driverOutputs() throws IOException {
        List<String> outputs = new ArrayList<>();
        for (String work : List.of("work-1", "work-2")) {
            try (Stream<Path> files = Files.walk(cluster.resolve(work))) {
                for (Path file : files.filter(path -> path.toString().matches(".*/driver-[^/]*/std(out|err)"))
                        .toList()) {
                    outputs.add(Files.readString(file));
                }
            }
        }
        return outputs;
    }

    @Test
    void inClientModeTheSlotsRunOnTwoExecutors() throws Exception {
        Ended ended = submit("doctor");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out())
                .containsPattern("(?m)^0 +[01] +127\\.0\\.0\\.1 +1 ")
                .containsPattern("(?m)^1 +[01] +127\\.0\\.0\\.1 +1 ")
                .endsWith("2 slots of 1 core(s) run side by side at " + master + "." + System.lineSeparator());
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void inClusterModeTheDriverRunsOnAWorkerAndItsExitCodeIsTold() throws Exception {
        Ended ended = submitToCluster("doctor");
        assertThat(driverOutputs())
                .as(ended.toString())
                .anyMatch(text -> text.endsWith(
                        "2 slots of 1 core(s) run side by side at " + master + "." + System.lineSeparator()));
        assertThat(ended.exitCode()).isZero();
    }

    private Path configuration(String name) throws IOException {
        Path results = Files.createDirectories(cluster.resolve(name));
        return Files.writeString(results.resolve("run.yaml"), """
                name: small
                data: { kind: strokes, train: 2000, test: 500 }
                training: { epochs: 1, batch: 128, microBatch: 16 }
                network: { name: lenet5 }
                optimizer: { kind: sgd, momentum: 0.9 }
                schedule: { kind: constant, rate: 0.05 }
                output: { model: "%s/model", checkpoints: "%s/checkpoints" }
                """.formatted(results, results));
    }

    private static List<String> checkpoints(Path results) throws IOException {
        try (Stream<Path> files = Files.walk(results.resolve("checkpoints"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.subpath(file.getNameCount() - 2, file.getNameCount())
                            .toString())
                    .sorted()
                    .toList();
        }
    }

    private static final String[] WHOLE = {
        "step-000000016/configuration.json",
        "step-000000016/manifest.json",
        "step-000000016/shard-00000.safetensors",
        "step-000000016/shard-00001.safetensors",
    };

    @Test
    void aTrainingInClientModeHasTheBitsOfALocalOne() throws Exception {
        Path configuration = configuration("client");
        Path results = cluster.resolve("client");
        Ended ended = submit(
                "train",
                configuration.toString(),
                "--digests",
                results.resolve("digests").toString());
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).containsPattern("(?m)^test accuracy [0-9.]+ % on 500 images$");
        assertThat(checkpoints(results)).containsExactly(WHOLE);
        assertThat(results.resolve("model")).isNotEmptyDirectory();
        Path local = cluster.resolve("local");
        ConvoyProcess.Ended reference = ConvoyProcess.run(
                cluster,
                List.of(),
                "train",
                configuration("local").toString(),
                "--master",
                "local[2]",
                "--digests",
                local.resolve("digests").toString());
        assertThat(reference.exitCode()).as(reference.err()).isZero();
        ConvoyProcess.Ended compared = ConvoyProcess.run(
                cluster,
                List.of(),
                "verify",
                local.resolve("digests").toString(),
                results.resolve("digests").toString());
        assertThat(compared.out()).endsWith("are equal: 16 steps of 10 tensors.\n");
        assertThat(compared.exitCode()).isZero();
    }

    @Test
    void aTrainingInClusterModeWritesItsResultsAndItsExitCodeIsTold() throws Exception {
        Ended ended = submitToCluster("train", configuration("cluster").toString());
        assertThat(driverOutputs())
                .as(ended.toString())
                .anyMatch(text -> text.contains("model: " + cluster.resolve("cluster/model")));
        assertThat(ended.exitCode()).isZero();
        assertThat(checkpoints(cluster.resolve("cluster"))).containsExactly(WHOLE);
        assertThat(cluster.resolve("cluster/model")).isNotEmptyDirectory();
    }

    @Test
    void theLauncherShipsItsJarToTheExecutors() throws Exception {
        ConvoyProcess.Ended ended = ConvoyProcess.run(
                cluster,
                List.of("-Dspark.executor.memory=512m", "-Dspark.driver.host=127.0.0.1"),
                "doctor",
                "--master",
                master);
        assertThat(ended.err()).doesNotContain("ERROR");
        assertThat(ended.out()).contains("2 slots of 1 core(s) run side by side at " + master + ".");
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void aFailedDriverInClusterModeIsNotTakenForASuccess() throws Exception {
        Ended ended = submitToCluster("doctor", "--set", "spark.slots=0");
        assertThat(driverOutputs())
                .as(ended.toString())
                .anyMatch(text -> text.contains(
                        "--set spark.slots=0: spark.slots expects a whole number from 1 to 4096, but it got 0."));
        assertThat(ended.exitCode()).isEqualTo(1);
    }

    @Test
    void moreSlotsThanTheClusterHasCoresAreRefused() throws Exception {
        Ended ended = submit("doctor", "--set", "spark.slots=2", "--set", "spark.coresPerSlot=3");
        assertThat(ended.err())
                .endsWith("spark.slots = 2 expects as many executors of 3 core(s) at " + master
                        + ", but 0 came within 30 s. Maybe set spark.slots to 1, or give the workers more cores or memory."
                        + System.lineSeparator());
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void whatSubmitNeedsIsSaid() throws Exception {
        Ended ended = run("submit.sh", "doctor");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err())
                .isEqualTo(
                        "submit.sh expects OPTIONS -- COMMAND, e.g. --master spark://host:7077 -- doctor, but there is no"
                                + " --.\n");
    }
}
