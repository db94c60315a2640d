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

/** A broker, and what tests do with it: topics, messages, configurations, predictions. */
public final class BrokerFixture implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final String LARGEST = "16000000";

    public final EmbeddedBroker broker;
    final KafkaProducer<byte[], byte[]> producer;

    public BrokerFixture(EmbeddedBroker broker) {
        this.broker = broker;
        Map<String, Object> settings =
                settings(Map.of("max.request.size", LARGEST, "linger.ms", "2", "delivery.timeout.ms", "150000"));
        settings.put("max.in.flight.requests.per.connection", "1");
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    public Map<String, Object> settings(Map<String, String> more) {
        Map<String, Object> all = new HashMap<>(broker.clientSettings());
        all.putAll(more);
        return all;
    }

    public Admin admin() {
        return Admin.create(settings(Map.of()));
    }

    public void topic(String name, int partitions) throws Exception {
        topics(partitions, List.of(name));
    }

    /** The topics of one test: {@code name}, {@code name-out} and {@code name-dead}. */
    public void topics(String name, int partitions) throws Exception {
        topics(partitions, List.of(name, name + "-out", name + "-dead"));
    }

    private void topics(int partitions, List<String> names) throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(names.stream()
                            .map(name -> new NewTopic(name, partitions, (short) 1)
                                    .configs(Map.of("max.message.bytes", LARGEST)))
                            .toList())
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
    }

    /** Adds partitions to a topic until there are {@code count}. */
    public void partitions(String topic, int count) throws Exception {
        try (Admin admin = admin()) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(count)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
    }

    /** A stream between these topics; {@code lines} are added to its YAML. */
    public String yaml(String name, Path model, String... lines) {
        return "name: " + name + "\nmodel: " + model + "\ninput: { topics: [" + name + "], format: tensor }\n"
                + "output: { topic: " + name + "-out, format: scores }\n"
                + "deadLetters: { topic: " + name + "-dead }\ncheckpoints: unused\nstartingOffsets: earliest\n"
                + "kafka: { bootstrap.servers: \"" + broker.bootstrapServers() + "\" }\n" + String.join("\n", lines)
                + "\n";
    }

    static StreamConfig config(String yaml, String... overrides) {
        return ConfigReader.readStream("stream.yaml", yaml, List.of(overrides));
    }

    public static byte[] tensor(long seed) {
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

    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> message) {
        return producer.send(message);
    }

    public Future<RecordMetadata> send(String topic, int partition, String key, byte[] value) {
        return send(new ProducerRecord<>(topic, partition, bytes(key), value));
    }

    /** Sends a message and waits until it is there. */
    public RecordMetadata put(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value)
            throws Exception {
        return send(new ProducerRecord<>(topic, partition, key, value)).get(60, TimeUnit.SECONDS);
    }

    /** What somebody who reads committed messages sees of {@code topics} from their beginning, until it is {@code enough}. */
    public List<ConsumerRecord<byte[], byte[]>> committed(
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

    public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    /** {@code topic-partition-offset} of the message that an answer is about. */
    public static String source(ConsumerRecord<byte[], byte[]> answer) {
        return header(answer, "convoy.topic") + "-" + header(answer, "convoy.partition") + "-"
                + header(answer, "convoy.offset");
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        broker.close();
    }
}
