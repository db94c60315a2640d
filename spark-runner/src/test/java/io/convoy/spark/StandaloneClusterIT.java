package io.convoy.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.spark.kafka.BrokerFixture;
import io.convoy.spark.kafka.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
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

    private record Started(Process process, Path out, Path err) {
        Ended await() throws IOException, InterruptedException {
            if (!process.waitFor(180, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return new Ended(process.waitFor(), Files.readString(out), Files.readString(err));
        }
    }

    private Ended run(String script, String... arguments) throws IOException, InterruptedException {
        return start(script, arguments).await();
    }

    private Started start(String script, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("deploy").resolve(script).toString()));
        command.addAll(List.of(arguments));
        Path log = Files.createTempDirectory(cluster, "run");
        Path out = log.resolve("out");
        Path err = log.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(cluster.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("CONVOY_CLUSTER", cluster.toString());
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("CONVOY_WORKER_MEMORY", "1536m");
        return new Started(builder.start(), out, err);
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
    void aStreamOnTwoExecutorsScoresEachMessageOnceAndEndsWhenItIsTold() throws Exception {
        Path results = Files.createDirectories(cluster.resolve("stream"));
        Path events = Files.createDirectories(results.resolve("events"));
        SavedModel.classifier(results.resolve("model"), 1);
        try (BrokerFixture kafka = new BrokerFixture(EmbeddedBroker.start())) {
            kafka.topics("images", 4);
            Set<String> sent = new HashSet<>();
            for (int i = 0; i < 400; i++) {
                RecordMetadata place = kafka.put("images", i % 4, null, BrokerFixture.tensor(i));
                sent.add("images-" + place.partition() + "-" + place.offset());
            }
            Path configuration =
                    Files.writeString(results.resolve("stream.yaml"), kafka.yaml("images", results.resolve("model")));
            List<String> options = List.of(
                    "--conf", "spark.cores.max=4",
                    "--conf", "spark.scheduler.minRegisteredResourcesRatio=1.0",
                    "--conf", "spark.eventLog.enabled=true",
                    "--conf", "spark.eventLog.compress=false",
                    "--conf", "spark.eventLog.dir=" + events.toUri());
            Started stream = start(
                    "submit.sh",
                    submission(
                            options,
                            "stream",
                            "--config",
                            configuration.toString(),
                            "--set",
                            "checkpoints=" + results.resolve("checkpoints"),
                            "--set",
                            "maxOffsetsPerTrigger=100"));
            try {
                List<String> scored =
                        kafka.committed(List.of("images-out", "images-dead"), all -> all.size() >= 400).stream()
                                .map(BrokerFixture::source)
                                .toList();
                stream.process().destroy();
                Ended ended = stream.await();
                assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(143);
                assertThat(ended.out()).containsPattern("(?m)^stopped after batch \\d+$");
                assertThat(ended.err()).isEmpty();
                assertThat(scored).hasSize(400).containsExactlyInAnyOrderElementsOf(sent);
            } finally {
                stream.process().destroyForcibly();
            }
        }
        assertThat(executors(events)).hasSize(2);
    }

    /** Those that have done a task of an application, by its event log. */
    private static Set<String> executors(Path events) throws IOException {
        Pattern executor = Pattern.compile("SparkListenerTaskEnd.*\"Executor ID\":\"(\\d+)\"");
        Set<String> executors = new HashSet<>();
        try (Stream<Path> files = Files.walk(events)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                executor.matcher(Files.readString(file)).results().forEach(found -> executors.add(found.group(1)));
            }
        }
        return executors;
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
