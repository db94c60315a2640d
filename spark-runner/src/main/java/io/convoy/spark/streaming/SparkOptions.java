package io.convoy.spark.streaming;

import io.convoy.spark.kafka.KafkaClients;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** What Spark's own Kafka source and sink are set to: {@code kafka.*}. */
final class SparkOptions {
    /** What Spark keeps to itself. */
    private static final Set<String> SPARKS = Set.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);

    private SparkOptions() {}

    /**
     * Of the source, which has consumers, and a client that looks at topics. Spark's {@code kafkaConsumer.pollTimeoutMs}, two minutes,
     * stays as it is: so long an executor waits for a broker to come back. It waits for nothing that was deleted, since its consumer
     * doesn't place itself ({@code auto.offset.reset} is none) and learns at once that an offset is out of range; nor for what is not
     * committed, since a batch ends before that.
     */
    static Map<String, String> source(KafkaClients clients) {
        Map<String, Object> settings = new TreeMap<>(clients.admin());
        settings.putAll(clients.consumer(Map.of()));
        return options(settings);
    }

    /** Of the sink, which has producers, for single messages that go at once. */
    static Map<String, String> sink(KafkaClients clients) {
        return options(clients.producer(Map.of(ProducerConfig.LINGER_MS_CONFIG, "0")));
    }

    private static Map<String, String> options(Map<String, Object> settings) {
        Map<String, String> options = new TreeMap<>();
        settings.forEach((key, value) -> {
            if (!SPARKS.contains(key)) {
                options.put("kafka." + key, value.toString());
            }
        });
        return options;
    }
}
