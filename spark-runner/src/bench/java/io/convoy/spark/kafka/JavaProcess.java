package io.convoy.spark.kafka;

import io.convoy.spark.cli.Convoy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM beside this one, with the same class path and without the limits of tests; what it says goes to a file. */
final class JavaProcess implements AutoCloseable {
    private static final int SECONDS_TO_END = 60;

    private final Process process;
    private final Path log;
    private final Thread hook;

    private JavaProcess(Path folder, List<String> options, Class<?> main, List<String> arguments) throws IOException {
        this.log = Files.createTempFile(folder, main.getSimpleName(), ".log");
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
        command.addAll(options);
        command.addAll(List.of(
                "-Dlog4j2.configurationFile=classpath:io/convoy/spark/cli/log4j2.properties",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        this.process = builder.start();
        this.hook = new Thread(() -> process.toHandle().destroyForcibly(), "java-process-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** A command of Convoy's, with what the launcher sets, {@code CONVOY_JAVA_OPTIONS} among it. */
    static JavaProcess convoy(Path folder, List<String> arguments) throws IOException {
        String more = System.getenv("CONVOY_JAVA_OPTIONS");
        List<String> options = more == null || more.isBlank()
                ? List.of()
                : List.of(more.strip().split("\\s+"));
        return new JavaProcess(folder, options, Convoy.class, arguments);
    }

    /** One that leaves the cores to others: compiled at once rather than well, and with one thread that collects garbage. */
    static JavaProcess light(Path folder, Class<?> main, List<String> arguments) throws IOException {
        return new JavaProcess(
                folder, List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), main, arguments);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Whether it ends, well or not, within so long. */
    boolean ends(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What it has said, once it has ended well. */
    String said() throws IOException {
        String text = Files.readString(log);
        if (process.exitValue() != 0) {
            throw new AssertionError("A process has ended with " + process.exitValue() + " and said: " + text);
        }
        return text;
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
