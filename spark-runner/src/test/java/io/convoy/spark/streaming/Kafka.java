package io.convoy.spark.streaming;

import io.convoy.spark.kafka.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A broker, and what tests do with it. */
final class Kafka implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(150);

    final EmbeddedBroker broker = EmbeddedBroker.start();
    private final KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
            settings(Map.of("max.request.size", "16000000", "linger.ms", "5")),
            new ByteArraySerializer(),
            new ByteArraySerializer());

    private Map<String, Object> settings(Map<String, String> more) {
        Map<String, Object> all = new HashMap<>(broker.clientSettings());
        all.putAll(more);
        return all;
    }

    void topic(String name, int partitions) throws Exception {
        try (Admin admin = Admin.create(settings(Map.of()))) {
            admin.createTopics(List.of(
                            new NewTopic(name, partitions, (short) 1).configs(Map.of("max.message.bytes", "16000000"))))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
    }

    void partitions(String topic, int count) throws Exception {
        try (Admin admin = Admin.create(settings(Map.of()))) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(count)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
    }

    Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        return producer.send(record);
    }

    /** Sends a message and waits until it is there. */
    RecordMetadata put(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) throws Exception {
        return send(new ProducerRecord<>(topic, partition, key, value)).get(60, TimeUnit.SECONDS);
    }

    /** What somebody who reads committed messages sees from the beginning of {@code topics} until {@code enough} of it, sorted by nothing. */
    List<ConsumerRecord<byte[], byte[]>> committed(
            List<String> topics, Predicate<List<ConsumerRecord<byte[], byte[]>>> enough) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                settings(Map.of("isolation.level", "read_committed", "fetch.max.wait.ms", "100")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = topics.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic, Duration.ofSeconds(60)).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!enough.test(all)) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("After " + PATIENCE + " there are only " + all.size() + " messages.");
                }
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    /** {@code topic-partition-offset} of the message that {@code record} is about. */
    static String source(ConsumerRecord<byte[], byte[]> record) {
        return header(record, "convoy.topic") + "-" + header(record, "convoy.partition") + "-"
                + header(record, "convoy.offset");
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        broker.close();
    }
}
