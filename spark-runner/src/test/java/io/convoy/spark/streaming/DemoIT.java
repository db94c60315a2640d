package io.convoy.spark.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.spark.kafka.EmbeddedBroker;
import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration in a process of its own. */
@Timeout(300)
final class DemoIT {
    private static final int SIGTERM = 143;

    @TempDir
    private Path folder;

    @Test
    void predictionsScrollUntilItIsInterruptedAndNothingIsLeft() throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (option.startsWith("--") || option.contains("IgnoreUnrecognized") || option.startsWith("-Dio.netty")) {
                command.add(option);
            }
        }
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        command.addAll(List.of(
                "-Xmx700m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + temporary,
                "-D" + EmbeddedBroker.JARS + "=" + System.getProperty(EmbeddedBroker.JARS),
                "-Dlog4j2.configurationFile=classpath:io/convoy/spark/cli/log4j2.properties",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.convoy.spark.cli.Convoy",
                "stream",
                "--demo"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        Process demo = builder.start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = demo.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                if (lines.stream()
                                .filter(shown -> shown.contains("accuracy") && shown.contains("predicted"))
                                .count()
                        == 5) {
                    break;
                }
            }
            assertThat(lines).as("%s", Files.readString(folder.resolve("err"))).hasSizeGreaterThanOrEqualTo(5);
            // As Ctrl-C does. A build in the background has SIGINT ignored, and so have its children. By its handle,
            // which leaves
            // its output to be read.
            demo.toHandle().destroy();
            // What nobody reads would keep it from writing its last lines.
            Thread rest = new Thread(() -> out.lines().forEach(line -> {}), "rest of the demonstration");
            rest.setDaemon(true);
            rest.start();
            assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
            rest.join();
        } finally {
            demo.destroyForcibly();
        }
        assertThat(lines.get(lines.size() - 1))
                .matches("image \\d+ +digit \\d   predicted \\d \\( *[0-9.]+ %\\) (right|WRONG)   [0-9,]+ ms   accuracy"
                        + " [0-9.]+ % of [0-9,]+");
        assertThat(demo.exitValue()).isEqualTo(SIGTERM);
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.filter(path -> String.valueOf(path.getFileName()).startsWith("convoy")))
                    .isEmpty();
        }
    }
}
