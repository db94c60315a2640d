package io.convoy.spark.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.kernel.Precision;
import io.convoy.spark.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StreamConfigTest {
    private static final String SMALL = """
            name: small
            model: m
            kafka:
              bootstrap.servers: a:1
              client.id: me
            input: { topics: [images] }
            output: { topic: predictions }
            deadLetters: { topic: dead }
            checkpoints: c
            """;

    private static StreamConfig read(String yaml, String... overrides) {
        return ConfigReader.readStream("small.yaml", yaml, List.of(overrides));
    }

    private static void refuses(String yaml, String message, String... overrides) {
        assertThatThrownBy(() -> read(yaml, overrides))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }

    @Test
    void everyKeyOfTheFileIsInTheRecord() {
        assertThat(read(SMALL))
                .isEqualTo(new StreamConfig(
                        "small",
                        "m",
                        Precision.FLOAT32,
                        null,
                        new KafkaConfig(Map.of("bootstrap.servers", "a:1", "client.id", "me")),
                        new StreamInputConfig(List.of("images"), StreamInputConfig.Format.IMAGE),
                        new StreamOutputConfig("predictions", StreamOutputConfig.Format.JSON, 5),
                        new DeadLettersConfig("dead", false),
                        "c",
                        StreamConfig.Mode.THROUGHPUT,
                        StreamConfig.Delivery.EXACTLY_ONCE,
                        new BatchingConfig(64, 5, 0, 1000),
                        20_000,
                        StreamConfig.StartingOffsets.LATEST,
                        StreamConfig.ExpiredOffsets.FAIL,
                        null,
                        new StreamSparkConfig("local[*]")));
    }

    @Test
    void theConfigurationThatComesWithConvoyShowsTheDefaults() throws IOException {
        Path file = Path.of("..", "configs", "stream.yaml");
        StreamConfig shown = ConfigReader.readStream(file.toString(), Files.readString(file), List.of());
        assertThat(shown)
                .isEqualTo(new StreamConfig(
                        "stream",
                        "models/quickstart",
                        Precision.FLOAT32,
                        null,
                        new KafkaConfig(Map.of("bootstrap.servers", "localhost:9092")),
                        new StreamInputConfig(List.of("images"), StreamInputConfig.Format.IMAGE),
                        new StreamOutputConfig("predictions", StreamOutputConfig.Format.JSON, 5),
                        new DeadLettersConfig("dead-letters", false),
                        "runs/stream",
                        StreamConfig.Mode.THROUGHPUT,
                        StreamConfig.Delivery.EXACTLY_ONCE,
                        new BatchingConfig(64, 5, 0, 1000),
                        20_000,
                        StreamConfig.StartingOffsets.LATEST,
                        StreamConfig.ExpiredOffsets.FAIL,
                        null,
                        new StreamSparkConfig("local[*]")));
    }

    @Test
    void kafkasSettingsMayStandOnOneLevelOrOnMany() {
        String nested = SMALL.replace(
                "  client.id: me", "  ssl:\n    truststore: { location: /t, type: PKCS12 }\n    protocol: TLSv1.3");
        assertThat(read(nested).kafka().settings())
                .isEqualTo(Map.of(
                        "bootstrap.servers", "a:1",
                        "ssl.truststore.location", "/t",
                        "ssl.truststore.type", "PKCS12",
                        "ssl.protocol", "TLSv1.3"));
        refuses(
                SMALL.replace("client.id: me", "bootstrap: { servers: b:1 }"),
                "small.yaml:5: kafka expects each key once, but bootstrap.servers is there again.");
        refuses(
                SMALL.replace("client.id: me", "client.id: [a]"),
                "small.yaml:5: kafka.client.id expects a text, but it got a list.");
        refuses(
                SMALL.replace("  bootstrap.servers: a:1\n", ""),
                "small.yaml:4: kafka.bootstrap.servers expects Kafka's servers, e.g. broker1:9092,broker2:9092, but it is"
                        + " missing.");
        refuses(SMALL, "--set kafka=a:1: kafka expects Kafka's settings, but it got a:1.", "kafka=a:1");
    }

    @Test
    void theCommandLineChangesKafkasSettingsAndOthers() {
        StreamConfig changed = read(
                SMALL,
                "kafka.bootstrap.servers=b:2",
                "kafka.security.protocol=SSL",
                "delivery=atLeastOnce",
                "precision=bfloat16",
                "abTest.model=other",
                "abTest.share=0.25",
                "metrics.port=0",
                "input.topics.0=more");
        assertThat(changed.kafka().settings())
                .isEqualTo(Map.of("bootstrap.servers", "b:2", "client.id", "me", "security.protocol", "SSL"));
        assertThat(changed.kafka().servers()).isEqualTo("b:2");
        assertThat(changed.delivery()).isEqualTo(StreamConfig.Delivery.AT_LEAST_ONCE);
        assertThat(changed.precision()).isEqualTo(Precision.BFLOAT16);
        assertThat(changed.abTest()).isEqualTo(new AbTestConfig("other", 0.25));
        assertThat(changed.metrics()).isEqualTo(new MetricsConfig("127.0.0.1", 0));
        assertThat(changed.input().topics()).containsExactly("more");
    }

    @Test
    void theTextOfAConfigurationTellsNoSecret() {
        StreamConfig secret = read(SMALL.replace("client.id: me", "sasl.jaas.config: hush"));
        assertThat(secret.toString())
                .contains("KafkaConfig[a:1, [bootstrap.servers, sasl.jaas.config]]")
                .doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            delivery=exactly      | delivery expects one of atLeastOnce, exactlyOnce, but it got exactly.
            delivery=exactlyonce  | delivery expects one of atLeastOnce, exactlyOnce, but it got exactlyonce. Maybe you mean exactlyOnce.
            precision=half        | precision expects one of float32, bfloat16, but it got half.
            precision=BFLOAT16    | precision expects one of float32, bfloat16, but it got BFLOAT16. Maybe you mean bfloat16.
            mode=latence          | mode expects one of throughput, latency, but it got latence. Maybe you mean latency.
            startingOffsets=new   | startingOffsets expects one of latest, earliest, but it got new.
            onExpiredOffsets=skip | onExpiredOffsets expects one of fail, earliest, but it got skip.
            maxOffsetsPerTrigger=0 | maxOffsetsPerTrigger expects a whole number of at least 1, but it got 0.
            input.format=png      | input.format expects one of image, tensor, json, but it got png.
            input.topics=[]       | input.topics expects a list of at least one value, but it is empty.
            input.topics=[a, a]   | input.topics expects each topic once, but it got [a, a].
            input.topics=[a b]    | input.topics expects Kafka's form of a name, at most 249 letters, digits, dots, underscores and hyphens, but it got a b.
            output.topic=..       | output.topic expects Kafka's form of a name, at most 249 letters, digits, dots, underscores and hyphens, but it got ...
            output.topK=0         | output.topK expects a whole number from 1 to 1000, but it got 0.
            deadLetters.topic=    | deadLetters.topic expects a text, but it got nothing.
            batching.images=0     | batching.images expects a whole number from 1 to 4096, but it got 0.
            batching.commitMillis=0 | batching.commitMillis expects a whole number from 1 to 30000, but it got 0.
            metrics.port=65536    | metrics.port expects a whole number from 0 to 65535, but it got 65536.
            """)
    void valuesOutOfTheirRangeAreRefused(String setting, String message) {
        refuses(SMALL, "--set " + setting + ": " + message, setting);
    }

    @Test
    void namesThatClashAreRefused() {
        refuses(
                SMALL.replace("name: small", "name: a b"),
                "small.yaml:1: name expects at most 100 letters, digits, dots, underscores and hyphens, but it got a b.");
        refuses(
                SMALL.replace("predictions", "images"),
                "small.yaml:7: output expects a topic that is not read, but images is in input.topics.");
        refuses(
                SMALL.replace("dead }", "images }"),
                "small.yaml:8: deadLetters expects a topic that is not read, but images is in input.topics.");
        refuses(
                SMALL.replace("dead }", "predictions }"),
                "small.yaml:8: deadLetters expects another topic than the predictions', but both are predictions.");
        refuses(
                SMALL + "abTest: { model: n, share: 1 }\n",
                "small.yaml:10: abTest.share expects a number above 0 and below 1, but it got 1.");
    }

    @Test
    void anUnknownKeyIsNamedWithTheNearestOne() {
        refuses(
                SMALL.replace("checkpoints", "checkpoint"),
                "small.yaml:9: the configuration expects the keys name, model, precision, abTest, kafka, input, output, deadLetters,"
                        + " checkpoints, mode, delivery, batching, maxOffsetsPerTrigger, startingOffsets,"
                        + " onExpiredOffsets, metrics, spark, but it got checkpoint. Maybe you mean checkpoints.");
    }
}
