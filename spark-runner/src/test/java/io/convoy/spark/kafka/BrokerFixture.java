package io.convoy.spark.kafka;

import io.convoy.engine.tensor.Shape;
import io.convoy.spark.SavedModel;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.message.TensorMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker, and what tests do with it: topics, messages, configurations, predictions. */
final class BrokerFixture implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    final EmbeddedBroker broker;
    final KafkaProducer<byte[], byte[]> producer;

    BrokerFixture(EmbeddedBroker broker) {
        this.broker = broker;
        this.producer = new KafkaProducer<>(
                settings(Map.of("max.request.size", "16000000", "linger.ms", "2", "delivery.timeout.ms", "150000")),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    Map<String, Object> settings(Map<String, String> more) {
        Map<String, Object> all = new HashMap<>(broker.clientSettings());
        all.putAll(more);
        return all;
    }

    Admin admin() {
        return Admin.create(settings(Map.of()));
    }

    /** The topics of one test: {@code name}, {@code name-out} and {@code name-dead}. */
    void topics(String name, int partitions) throws Exception {
        try (Admin admin = admin()) {
            List<NewTopic> topics = new ArrayList<>();
            for (String topic : List.of(name, name + "-out", name + "-dead")) {
                topics.add(new NewTopic(topic, partitions, (short) 1));
            }
            admin.createTopics(topics).all().get(60, TimeUnit.SECONDS);
        }
    }

    /** A stream between these topics; {@code lines} are added to its YAML. */
    String yaml(String name, Path model, String... lines) {
        return "name: " + name + "\nmodel: " + model + "\ninput: { topics: [" + name + "], format: tensor }\n"
                + "output: { topic: " + name + "-out, format: scores }\n"
                + "deadLetters: { topic: " + name + "-dead }\ncheckpoints: unused\nstartingOffsets: earliest\n"
                + "kafka: { bootstrap.servers: \"" + broker.bootstrapServers() + "\" }\n" + String.join("\n", lines)
                + "\n";
    }

    static StreamConfig config(String yaml, String... overrides) {
        return ConfigReader.readStream("stream.yaml", yaml, List.of(overrides));
    }

    static byte[] tensor(long seed) {
        Shape shape = SavedModel.IMAGE;
        byte[] pixels = new byte[Math.toIntExact(shape.count())];
        new Random(seed).nextBytes(pixels);
        return TensorMessage.of(shape, pixels);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    void send(ProducerRecord<byte[], byte[]> message) {
        var unused = producer.send(message);
    }

    Future<RecordMetadata> send(String topic, int partition, String key, byte[] value) {
        return producer.send(new ProducerRecord<>(topic, partition, bytes(key), value));
    }

    /** What somebody who reads committed messages sees of {@code topics} from their beginning, until it is {@code enough}. */
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

    List<ConsumerRecord<byte[], byte[]>> committed(String topic, int count) {
        return committed(List.of(topic), all -> all.size() >= count);
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    /** {@code topic-partition-offset} of the message that an answer is about. */
    static String source(ConsumerRecord<byte[], byte[]> answer) {
        return header(answer, "convoy.topic") + "-" + header(answer, "convoy.partition") + "-"
                + header(answer, "convoy.offset");
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        broker.close();
    }
}
