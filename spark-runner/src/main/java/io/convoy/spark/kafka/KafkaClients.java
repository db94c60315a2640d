package io.convoy.spark.kafka;

import io.convoy.spark.InvalidInputException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What every Kafka client of a stream is set to, whichever program has it, and what is said when one fails. The user's settings go
 * each to the clients that know it, and what nobody knows is a plug-in's and goes to all of them; defaults give way to the user's; and
 * what delivery rests on is not for the user to set. It may be sent to other machines, with its secrets, which its text doesn't tell.
 *
 * @param settings the user's
 */
public record KafkaClients(KafkaSettings settings) implements Serializable {
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

    private static final List<Class<? extends Exception>> FINAL = List.of(
            AuthenticationException.class,
            AuthorizationException.class,
            ConfigException.class,
            InvalidTxnTimeoutException.class,
            RecordTooLargeException.class,
            SerializationException.class,
            UnsupportedVersionException.class);

    /**
     * Checks that delivery is left to Convoy.
     *
     * @throws InvalidInputException if the user sets what it rests on
     */
    public KafkaClients {
        for (String key : settings.values().keySet()) {
            if (OURS.contains(key)) {
                throw new InvalidInputException("kafka." + key
                        + " expects to be left to Convoy, as delivery rests on it, but it is set. Maybe remove it.");
            }
        }
    }

    private Map<String, Object> known(Set<String> names, Map<String, ?> defaults) {
        Map<String, Object> known = new TreeMap<>(defaults);
        settings.values().forEach((key, value) -> {
            boolean anothers = ConsumerConfig.configNames().contains(key)
                    || ProducerConfig.configNames().contains(key)
                    || AdminClientConfig.configNames().contains(key);
            if (names.contains(key) || !anothers) {
                known.put(key, value);
            }
        });
        return known;
    }

    /** A consumer's settings; it sees what is committed, and neither commits nor places itself. */
    public Map<String, Object> consumer(Map<String, ?> defaults) {
        Map<String, Object> consumer = known(ConsumerConfig.configNames(), defaults);
        consumer.putIfAbsent(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return consumer;
    }

    /**
     * A producer's settings; it neither loses nor repeats nor reorders anything. Its transactional id is its owner's to set.
     *
     * <p>It waits for the answer to one request before it sends the next. A broker that has just started takes any sequence number as
     * the first of a partition: should the partition come up between two requests of several that are on their way, then the later
     * one gets in, and all before it are refused until they expire.
     */
    public Map<String, Object> producer(Map<String, ?> defaults) {
        Map<String, Object> producer = known(ProducerConfig.configNames(), defaults);
        producer.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(LARGEST_MESSAGE + (1 << 20)));
        producer.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, Long.toString(2L * LARGEST_MESSAGE + (2 << 20)));
        producer.putIfAbsent(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
        // The next request has room for what comes meanwhile.
        producer.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, "131072");
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        producer.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        return producer;
    }

    /** The settings of a client that looks at topics and groups beside those that bear the user's {@code client.id}. */
    public Map<String, Object> admin() {
        Map<String, Object> admin = known(AdminClientConfig.configNames(), Map.of());
        admin.remove(AdminClientConfig.CLIENT_ID_CONFIG);
        return admin;
    }

    /** Whether trying again is of no use. */
    public static boolean isFinal(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            Throwable thrown = cause;
            if (FINAL.stream().anyMatch(type -> type.isInstance(thrown))) {
                return true;
            }
        }
        return false;
    }

    /** What Kafka says of a failure, in one line without secrets and without a dot at its end. */
    public String reason(Throwable failed) {
        Throwable cause = root(failed);
        String text = settings.redact(cause.getMessage() == null ? cause.toString() : cause.getMessage())
                .strip()
                .replaceAll("\\s+", " ");
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    private static Throwable root(Throwable failed) {
        Throwable cause = failed;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /**
     * One line about predictions that can't be written.
     *
     * @param whose the line's subject
     */
    public String untaken(String whose, Throwable failed) {
        Throwable cause = root(failed);
        String remedy = cause instanceof RecordTooLargeException
                ? " Maybe raise the topic's max.message.bytes, or kafka.max.request.size."
                : cause instanceof AuthorizationException
                        ? " Maybe allow the user to write the topics, to use the transactional ids and to read the consumer"
                                + " group that bear the stream's name."
                        : cause instanceof UnknownTopicOrPartitionException ? " Maybe create the topic." : "";
        return whose + " expects Kafka to take its predictions, but: " + reason(failed) + "." + remedy;
    }

    /** Settings that a client would not begin with. */
    InvalidInputException refused(KafkaException failed) {
        return new InvalidInputException(
                "kafka expects settings that Kafka's clients take, but: " + reason(failed) + ".", failed);
    }
}
