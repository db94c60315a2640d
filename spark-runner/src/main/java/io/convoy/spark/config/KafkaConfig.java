package io.convoy.spark.config;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of every Kafka client, by Kafka's own names, e.g. {@code bootstrap.servers}, {@code security.protocol}. Values may be
 * secrets, so {@link #toString()} tells none but the servers.
 *
 * @param settings in the order of their names
 */
public record KafkaConfig(Map<String, String> settings) {
    private static final String SERVERS = "bootstrap.servers";

    /** Checks that it is known where Kafka is. */
    public KafkaConfig {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        String servers = settings.getOrDefault(SERVERS, "");
        Expect.that(
                !servers.isBlank(),
                SERVERS,
                "expects Kafka's servers, e.g. broker1:9092,broker2:9092, but it is missing.");
    }

    /** {@code host:port}, several with commas between them. */
    public String servers() {
        return settings.getOrDefault(SERVERS, "");
    }

    @Override
    public String toString() {
        return "KafkaConfig[" + servers() + ", " + settings.keySet() + "]";
    }
}
