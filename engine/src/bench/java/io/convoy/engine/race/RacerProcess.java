package io.convoy.engine.race;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A {@link Racer} in its own process, as seen by whoever starts it. */
final class RacerProcess implements AutoCloseable {
    private static final int SECONDS_TO_ANSWER = 300;
    private static final int SECONDS_TO_END = 20;
    private static final String GONE = "";

    private final String side;
    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final Path log;
    private final Thread hook;

    /**
     * Starts it.
     *
     * @param environment what the side needs beside this process's own
     * @param options of its JVM
     * @param other told every line that is no answer
     */
    RacerProcess(
            String side,
            Race race,
            Path folder,
            Map<String, String> environment,
            List<String> options,
            Consumer<String> other)
            throws IOException {
        this.side = side;
        this.log = folder.resolve(race.name() + "-" + side + ".log");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (option.startsWith("--") || option.contains("IgnoreUnrecognized")) {
                command.add(option);
            }
        }
        command.addAll(options);
        command.addAll(List.of("io.convoy.engine.race.Racer", side, race.name()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().putAll(environment);
        // Not an option: ONNX Runtime 1.29 doesn't survive a command line of more than some thousand characters.
        builder.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        this.process = builder.start();
        this.hook = new Thread(() -> process.toHandle().destroyForcibly(), "racer-end");
        Runtime.getRuntime().addShutdownHook(hook);
        this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(() -> read(other), "racer-" + side);
        reader.setDaemon(true);
        reader.start();
    }

    private void read(Consumer<String> other) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(Racer.ANSWER)) {
                    answers.add(line.substring(Racer.ANSWER.length()));
                } else {
                    other.accept(line);
                }
            }
        } catch (IOException e) {
            other.accept("Reading from " + side + " failed: " + e);
        }
        answers.add(GONE);
    }

    /** What it answers to {@code command}. */
    String ask(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            String answer = answers.poll(SECONDS_TO_ANSWER, TimeUnit.SECONDS);
            if (answer == null || answer.equals(GONE)) {
                throw new AssertionError("The racer of " + side + " expects to answer \"" + command + "\" within "
                        + SECONDS_TO_ANSWER + " s, but it "
                        + (answer == null ? "is still at it" : "has ended") + " and said: " + Files.readString(log));
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException("The racer of " + side + " does not take \"" + command + "\"", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("The race was interrupted.", e);
        }
    }

    /** Samples a second over about {@code seconds}. */
    double round(double seconds) {
        String[] words = ask("round " + seconds).split(" ", -1);
        return Long.parseLong(words[0]) / Double.parseDouble(words[1]);
    }

    /** The time that its threads have computed so far. */
    Duration cpu() {
        return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
        try {
            commands.close();
            if (process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException alreadyGone) {
            // It has closed its end, so it ends or has ended.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean unusedToo = process.toHandle().destroyForcibly();
    }
}
