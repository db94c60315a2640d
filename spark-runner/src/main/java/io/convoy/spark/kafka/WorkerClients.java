package io.convoy.spark.kafka;

import io.convoy.spark.config.StreamConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the light worker's Kafka clients, with defaults for small latencies. */
final class WorkerClients {
    private final StreamConfig config;
    private final KafkaClients clients;
    private final String transactionalId;

    WorkerClients(StreamConfig config, KafkaClients clients) {
        this.config = config;
        this.clients = clients;
        this.transactionalId = clients.settings().get(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group() + "-" + member());
    }

    /** The consumer group: the stream's name, unless the user names another. */
    String group() {
        return clients.settings().get(ConsumerConfig.GROUP_ID_CONFIG, config.name());
    }

    /** A name that no other worker of the group has: a lasting one where the user gives one. */
    private String member() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "worker";
        }
        return clients.settings().get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, host + "-" + UUID.randomUUID());
    }

    /** What names this worker's transactions, the same for as long as it lives. */
    String transactionalId() {
        return transactionalId;
    }

    KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> settings = clients.consumer(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                group(),
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName(),
                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                "10000",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                "false"));
        try {
            return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw clients.refused(e);
        }
    }

    KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> settings = clients.producer(Map.of(
                ProducerConfig.LINGER_MS_CONFIG,
                "0",
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Integer.toString(10_000 + config.batching().commitMillis())));
        if (config.delivery() == StreamConfig.Delivery.EXACTLY_ONCE) {
            settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        }
        try {
            return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw clients.refused(e);
        }
    }
}
