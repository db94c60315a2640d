package io.convoy.spark.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code convoy serve-kafka} in a process of its own, which can be killed. */
final class WorkerProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    WorkerProcess(Path folder, Path config, Map<String, String> environment, String... overrides) throws IOException {
        log = Files.createTempFile(folder, "worker", ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Dlog4j2.configurationFile=classpath:io/convoy/spark/cli/log4j2.properties",
                "-cp",
                System.getProperty("java.class.path"),
                "io.convoy.spark.cli.Convoy",
                "serve-kafka",
                "--config",
                config.toString()));
        for (String override : overrides) {
            command.addAll(List.of("--set", override));
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /** As a power cut would end it. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Asks it to end, and waits until it has. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            throw new AssertionError("The worker goes on after SIGTERM.");
        }
        return process.exitValue();
    }

    int await() throws InterruptedException {
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            throw new AssertionError("The worker does not end.");
        }
        return process.exitValue();
    }

    String output() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        kill();
    }
}
