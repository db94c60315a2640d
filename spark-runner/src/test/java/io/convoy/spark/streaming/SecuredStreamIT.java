package io.convoy.spark.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.spark.kafka.BrokerFixture;
import io.convoy.spark.kafka.EmbeddedBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job, in a process of its own, with a broker that lets in one user by SCRAM over TLS. The secrets come from the environment and
 * from a file, and are told nowhere: neither in the most talkative log nor under the checkpoints nor in Spark's event log, which is
 * what its pages show.
 */
@Timeout(240)
final class SecuredStreamIT {
    private static final List<String> OUTPUTS = List.of("predictions", "dead");
    private static final String PASSWORD = "swordfish";
    private static final String LOGGING = "-Dlog4j2.configurationFile=classpath:io/convoy/spark/cli/log4j2.properties";

    @TempDir
    private Path folder;

    private BrokerFixture kafka;
    private StreamRun stream;
    private String storePassword;
    private byte[] image;

    @BeforeEach
    void start() throws Exception {
        kafka = new BrokerFixture(EmbeddedBroker.startSecured("conductor", PASSWORD));
        Map<String, String> settings = new HashMap<>(kafka.broker.clientSettings());
        storePassword = Objects.requireNonNull(settings.get("ssl.truststore.password"));
        Path trust = Files.writeString(
                Files.createDirectories(folder.resolve("outside")).resolve("trust"), storePassword);
        settings.put("ssl.truststore.password", "${file:" + trust + "}");
        settings.computeIfPresent("sasl.jaas.config", (key, login) -> login.replace(PASSWORD, "${env:CONVOY_SECRET}"));
        stream = StreamRun.prepared(Files.createDirectories(folder.resolve("stream")), kafka, settings, 2);
        image = StreamRun.png(new Random(3));
    }

    @AfterEach
    void end() {
        kafka.close();
    }

    private ProcessBuilder process(String secret, List<String> options, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(LOGGING, "-Dspark.ui.enabled=false"));
        all.addAll(options);
        ProcessBuilder builder = stream.process(2, all, List.of(arguments));
        builder.environment().put("CONVOY_SECRET", secret);
        return builder;
    }

    private static boolean contains(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException gone) {
            throw new AssertionError(file + " can't be read.", gone);
        }
    }

    private List<Path> files(String part) throws IOException {
        try (Stream<Path> files = Files.walk(stream.folder())) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> contains(file, part))
                    .toList();
        }
    }

    /** Runs it until there are {@code count} predictions, of {@code messages} messages. */
    private void run(int count, int messages, String... settings) throws Exception {
        Path events = Files.createDirectories(stream.folder().resolve("events"));
        List<String> arguments = new ArrayList<>(List.of("--verbose"));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        Process running = process(
                        PASSWORD,
                        List.of(
                                "-Dspark.eventLog.enabled=true",
                                "-Dspark.eventLog.dir=" + events.toUri(),
                                "-Dspark.eventLog.compress=false"),
                        arguments.toArray(String[]::new))
                .start();
        try {
            assertThat(kafka.committed(OUTPUTS, all -> all.size() >= count).stream()
                            .map(BrokerFixture::source)
                            .distinct())
                    .hasSize(messages);
            running.destroy();
            assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(running.exitValue()).isEqualTo(143);
        } catch (AssertionError failed) {
            throw new AssertionError(
                    failed.getMessage() + Files.readString(stream.log().toPath()), failed);
        } finally {
            running.destroyForcibly().waitFor();
        }
    }

    @Test
    void itReadsAndWritesByScramOverTlsAndTellsNoSecret() throws Exception {
        for (int i = 0; i < 20; i++) {
            kafka.put("images", i % 2, null, image);
        }
        run(20, 20);
        Path checkpoints = stream.folder().resolve("checkpoints");
        assertThat(checkpoints.resolve("spark/commits")).isNotEmptyDirectory();
        // Spark's own sink has the clients' settings among its options.
        run(
                40,
                20,
                "mode=latency",
                "delivery=atLeastOnce",
                "checkpoints=" + stream.folder().resolve("others"));
        // Where the clients' settings are told at all, which is what this is about.
        assertThat(files("SASL_SSL")).contains(stream.log().toPath());
        assertThat(files("SparkListenerApplicationEnd")).hasSize(2);
        assertThat(files(PASSWORD)).isEmpty();
        assertThat(files(storePassword)).isEmpty();
    }

    @Test
    void aWrongPasswordIsToldInOneLine() throws Exception {
        Path errors = folder.resolve("errors");
        Process refused = process("codfishery", List.of())
                .redirectErrorStream(false)
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(refused.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            refused.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(errors))
                .isEqualTo("kafka.bootstrap.servers expects Kafka at " + kafka.broker.bootstrapServers()
                        + " to answer, but: Authentication failed during authentication due to invalid credentials with"
                        + " SASL mechanism SCRAM-SHA-512." + System.lineSeparator());
        assertThat(refused.exitValue()).isEqualTo(2);
        assertThat(stream.folder().resolve("checkpoints")).doesNotExist();
    }
}
