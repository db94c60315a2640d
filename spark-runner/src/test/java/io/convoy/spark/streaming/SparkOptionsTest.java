package io.convoy.spark.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.spark.kafka.KafkaClients;
import io.convoy.spark.kafka.KafkaSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Spark's source and sink have the user's settings, but for those that Spark refuses. */
class SparkOptionsTest {
    private static final KafkaClients CLIENTS = new KafkaClients(KafkaSettings.of(Map.of(
            "bootstrap.servers", "a:1",
            "sasl.mechanism", "PLAIN",
            "group.id", "mine",
            "interceptor.classes", "Mine",
            "compression.type", "lz4")));

    @Test
    void theSourceReadsWhatIsCommitted() {
        assertThat(SparkOptions.source(CLIENTS))
                .containsOnly(
                        Map.entry("kafka.bootstrap.servers", "a:1"),
                        Map.entry("kafka.sasl.mechanism", "PLAIN"),
                        Map.entry("kafka.isolation.level", "read_committed"));
    }

    @Test
    void theSinkSendsAtOnceAndLosesNothing() {
        assertThat(SparkOptions.sink(CLIENTS))
                .containsEntry("kafka.sasl.mechanism", "PLAIN")
                .containsEntry("kafka.compression.type", "lz4")
                .containsEntry("kafka.linger.ms", "0")
                .containsEntry("kafka.acks", "all")
                .doesNotContainKeys("kafka.interceptor.classes", "kafka.group.id");
    }
}
