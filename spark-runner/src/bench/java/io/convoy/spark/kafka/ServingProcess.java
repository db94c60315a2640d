package io.convoy.spark.kafka;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command of Convoy's in a process of its own, with what the launcher sets, {@code CONVOY_JAVA_OPTIONS} among it, and without the limits
 * of tests.
 */
final class ServingProcess implements AutoCloseable {
    private static final int SECONDS_TO_END = 60;

    private final Process process;
    private final Path log;
    private final Thread hook;

    ServingProcess(Path folder, List<String> arguments) throws IOException {
        this.log = Files.createTempFile(folder, "serving", ".log");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (option.startsWith("--")
                    || option.contains("IgnoreUnrecognized")
                    || option.startsWith("-Dio.netty")
                    || option.startsWith("-Djdk.reflect")) {
                command.add(option);
            }
        }
        String more = System.getenv("CONVOY_JAVA_OPTIONS");
        if (more != null && !more.isBlank()) {
            command.addAll(List.of(more.strip().split("\\s+")));
        }
        command.addAll(List.of(
                "-Dlog4j2.configurationFile=classpath:io/convoy/spark/cli/log4j2.properties",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.convoy.spark.cli.Convoy"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        this.process = builder.start();
        this.hook = new Thread(() -> process.toHandle().destroyForcibly(), "serving-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Fails if it has ended, or {@link System#nanoTime} is past {@code deadline}, and tells how many of {@code count} are answered. */
    void requireTime(long deadline, long answered, long count) throws IOException {
        if (!process.isAlive() || System.nanoTime() > deadline) {
            throw new AssertionError("Of " + count + " messages only " + answered + " are answered. The stream "
                    + (process.isAlive() ? "runs" : "has ended with " + process.exitValue()) + " and said: "
                    + Files.readString(log));
        }
    }

    /** Asks it to end, and sees to it. */
    @Override
    public void close() {
        boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
        process.destroy();
        try {
            if (process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean unusedToo = process.toHandle().destroyForcibly();
    }
}
