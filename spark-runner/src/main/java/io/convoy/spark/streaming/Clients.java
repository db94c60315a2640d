package io.convoy.spark.streaming;

import io.convoy.spark.kafka.KafkaSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** What each kind of Kafka's clients is set to, beside what the user sets. */
final class Clients {
    /** Settings that Spark's source keeps to itself. */
    private static final Set<String> SPARKS = Set.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);

    /** A dead letter is as long as the message it is about. */
    private static final int LARGEST_REQUEST = 64 << 20;

    private static final List<Class<? extends Exception>> FINAL = List.of(
            AuthenticationException.class,
            AuthorizationException.class,
            ConfigException.class,
            InvalidTxnTimeoutException.class,
            RecordTooLargeException.class,
            SerializationException.class,
            UnsupportedVersionException.class);

    private Clients() {}

    static Map<String, Object> producer(Map<String, String> clients) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.LINGER_MS_CONFIG, "5");
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, "131072");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(LARGEST_REQUEST));
        settings.putAll(KafkaSettings.ONE_AFTER_ANOTHER);
        settings.putAll(clients);
        // What delivery rests on.
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        return settings;
    }

    static Map<String, Object> admin(Map<String, String> clients) {
        Map<String, Object> settings = new HashMap<>(clients);
        settings.remove(AdminClientConfig.CLIENT_ID_CONFIG);
        return settings;
    }

    /** The options of Spark's source, {@code kafka.*}. */
    static Map<String, String> source(Map<String, String> clients) {
        Map<String, String> options = new TreeMap<>();
        options.put("kafka." + ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        clients.forEach((key, value) -> {
            if (!SPARKS.contains(key)) {
                options.put("kafka." + key, value);
            }
        });
        return options;
    }

    /** The options of Spark's sink, {@code kafka.*}. */
    static Map<String, String> sink(Map<String, String> clients) {
        Map<String, String> options = new TreeMap<>();
        producer(clients).forEach((key, value) -> {
            if (!SPARKS.contains(key)) {
                options.put("kafka." + key, value.toString());
            }
        });
        // Each message goes at once.
        options.put(
                "kafka." + ProducerConfig.LINGER_MS_CONFIG, clients.getOrDefault(ProducerConfig.LINGER_MS_CONFIG, "0"));
        return options;
    }

    /** Whether trying again is of no use. */
    static boolean isFinal(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            Throwable thrown = cause;
            if (FINAL.stream().anyMatch(type -> type.isInstance(thrown))) {
                return true;
            }
        }
        return false;
    }

    /** One line for the user. */
    static String explained(String what, Throwable failed) {
        Throwable cause = failed;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String reason = String.valueOf(cause.getMessage()).strip().replaceAll("\\s+", " ");
        String remedy = cause instanceof RecordTooLargeException
                ? " Maybe raise the topic's max.message.bytes, or kafka.max.request.size."
                : cause instanceof AuthorizationException
                        ? " Maybe allow the user to write the topics, to use the transactional ids and to read the group of"
                                + " that name."
                        : cause instanceof UnknownTopicOrPartitionException ? " Maybe create the topic." : "";
        return "The stream expects Kafka to take part in " + what + ", but: " + reason
                + (reason.endsWith(".") ? "" : ".") + remedy;
    }
}
