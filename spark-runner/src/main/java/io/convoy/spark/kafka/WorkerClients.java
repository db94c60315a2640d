package io.convoy.spark.kafka;

import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.StreamConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the light worker's Kafka clients. The user's settings come first, each at the client that knows it; defaults are for small
 * latencies and messages up to 32 MiB; and what delivery rests on is not for the user to set.
 */
final class WorkerClients {
    /** A dead letter is as long as the message that it is about. */
    private static final int LARGEST_MESSAGE = 32 << 20;

    private static final Set<String> OURS = Set.of(
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG);

    private final StreamConfig config;
    private final KafkaSettings kafka;
    private final String transactionalId;

    WorkerClients(StreamConfig config, KafkaSettings kafka) {
        for (String key : kafka.values().keySet()) {
            if (OURS.contains(key)) {
                throw new InvalidInputException("kafka." + key
                        + " expects to be left to Convoy, as delivery rests on it, but it is set. Maybe remove it.");
            }
        }
        this.config = config;
        this.kafka = kafka;
        this.transactionalId = kafka.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group() + "-" + member());
    }

    /** The consumer group: the stream's name, unless the user names another. */
    String group() {
        return kafka.get(ConsumerConfig.GROUP_ID_CONFIG, config.name());
    }

    /** A name that no other worker of the group has: a lasting one where the user gives one. */
    private String member() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "worker";
        }
        return kafka.get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, host + "-" + UUID.randomUUID());
    }

    /** What names this worker's transactions, the same for as long as it lives. */
    String transactionalId() {
        return transactionalId;
    }

    private Map<String, Object> settings(Set<String> known, Map<String, Object> defaults) {
        Map<String, Object> settings = new TreeMap<>(defaults);
        kafka.values().forEach((key, value) -> {
            boolean anothers = ConsumerConfig.configNames().contains(key)
                    || ProducerConfig.configNames().contains(key)
                    || AdminClientConfig.configNames().contains(key);
            // What nobody knows is a plug-in's, and every client may have it.
            if (known.contains(key) || !anothers) {
                settings.put(key, value);
            }
        });
        return settings;
    }

    Map<String, Object> consumerSettings() {
        Map<String, Object> settings = settings(
                ConsumerConfig.configNames(),
                Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                        CooperativeStickyAssignor.class.getName(),
                        ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                        "10000",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        "false"));
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return settings;
    }

    Map<String, Object> producerSettings() {
        Map<String, Object> settings = settings(
                ProducerConfig.configNames(),
                Map.of(
                        ProducerConfig.LINGER_MS_CONFIG,
                        "0",
                        // One request is on its way at a time, and has room for what comes meanwhile.
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        "131072",
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        Integer.toString(LARGEST_MESSAGE + (1 << 20)),
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        Long.toString(2L * LARGEST_MESSAGE + (2 << 20)),
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        Integer.toString(10_000 + config.batching().commitMillis())));
        KafkaSettings.ONE_AFTER_ANOTHER.forEach(settings::putIfAbsent);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        if (config.delivery() == StreamConfig.Delivery.EXACTLY_ONCE) {
            settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        } else {
            settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        }
        return settings;
    }

    KafkaConsumer<byte[], byte[]> consumer() {
        try {
            return new KafkaConsumer<>(consumerSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw refused(e);
        }
    }

    KafkaProducer<byte[], byte[]> producer() {
        try {
            return new KafkaProducer<>(producerSettings(), new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw refused(e);
        }
    }

    private InvalidInputException refused(KafkaException e) {
        return new InvalidInputException("kafka expects settings that Kafka's clients take, but: " + reason(e) + ".");
    }

    /** What Kafka says of a failure, in one line without secrets. */
    String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String text = kafka.redact(cause.getMessage() == null ? cause.toString() : cause.getMessage())
                .strip()
                .replaceAll("\\s+", " ");
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }
}
