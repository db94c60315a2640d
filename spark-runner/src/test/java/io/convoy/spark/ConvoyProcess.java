package io.convoy.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code convoy.jar} in a process of its own, started with the launcher's options.
 *
 * @param process the process
 * @param out the file that gets its standard output
 * @param err the file that gets its standard error
 */
record ConvoyProcess(Process process, Path out, Path err) {
    /** What an ended process leaves. */
    record Ended(int exitCode, String out, String err) {}

    /** Starts {@code convoy arguments}; its output goes to new files in {@code folder}. */
    static ConvoyProcess start(Path folder, List<String> javaOptions, String... arguments) throws IOException {
        Path spark = Path.of("target", "spark").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + spark.resolve("jvm.options"),
                "-XX:TieredStopAtLevel=1",
                "-Dlog4j2.configurationFile=classpath:io/convoy/spark/cli/log4j2.properties"));
        command.addAll(javaOptions);
        command.addAll(List.of(
                "-cp", System.getProperty("convoy.jar") + ":" + spark + "/jars/*", "io.convoy.spark.cli.Convoy"));
        command.addAll(List.of(arguments));
        Path log = Files.createTempDirectory(folder, "process");
        Path out = log.resolve("out");
        Path err = log.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(log.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("OMP_NUM_THREADS", "1");
        return new ConvoyProcess(builder.start(), out, err);
    }

    /** Runs it to its end. */
    static Ended run(Path folder, List<String> javaOptions, String... arguments)
            throws IOException, InterruptedException {
        return start(folder, javaOptions, arguments).await();
    }

    /** Waits for its end, two minutes at most. */
    Ended await() throws IOException, InterruptedException {
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Ended(process.waitFor(), Files.readString(out), Files.readString(err));
    }
}
