package io.convoy.spark.kafka;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends messages at a constant rate, and waits for their answers as a consumer of committed messages. The time of a message begins
 * when it is due, whenever it is really sent, so that a stream that is late can't slow down who measures it; it is the message's key,
 * which the answer has, too. It ends when the consumer has the answer.
 */
final class ConstantRate {
    private static final long TICK_NANOS = 1_000_000;
    private static final int PATIENCE_SECONDS = 90;

    /**
     * What was measured.
     *
     * @param messagesPerSecond the rate
     * @param count how many messages the quantiles are of
     */
    record Latency(double messagesPerSecond, int count, double p50Millis, double p99Millis) {}

    private final BrokerFixture kafka;
    private final String topic;
    private final int partitions;
    private final byte[][] messages;

    /**
     * For a stream that answers what is in {@code topic} in {@code topic-out}, both of {@code partitions} partitions.
     *
     * @param messages what is sent, in turn
     */
    ConstantRate(BrokerFixture kafka, String topic, int partitions, byte[][] messages) {
        this.kafka = kafka;
        this.topic = topic;
        this.partitions = partitions;
        this.messages = messages;
    }

    /**
     * Measures for {@code seconds}, after as much of a second again as a fourth of them.
     *
     * @param serving whom it waits for
     */
    Latency measure(double rate, double seconds, ServingProcess serving) throws Exception {
        int count = Math.max(4, (int) (rate * seconds * 1.25));
        double[] millis = new double[count];
        try (KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(
                kafka.settings(Map.of("isolation.level", "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> answers = reader.partitionsFor(topic + "-out").stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            reader.assign(answers);
            reader.seekToEnd(answers);
            answers.forEach(reader::position);
            CompletableFuture<Void> sent = new CompletableFuture<>();
            Thread sender = new Thread(
                    () -> {
                        try {
                            send(rate, count);
                            sent.complete(null);
                        } catch (RuntimeException | Error e) {
                            sent.completeExceptionally(e);
                        }
                    },
                    "sender");
            sender.start();
            int seen = 0;
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos((long) seconds + PATIENCE_SECONDS);
            while (seen < count) {
                for (ConsumerRecord<byte[], byte[]> answer : reader.poll(Duration.ofMillis(100))) {
                    long now = System.nanoTime();
                    ByteBuffer key = ByteBuffer.wrap(answer.key());
                    millis[key.getInt()] = (now - key.getLong()) * 1e-6;
                    seen++;
                }
                serving.requireTime(deadline, seen, count);
            }
            sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        double[] steady = Arrays.copyOfRange(millis, count / 5, count);
        Arrays.sort(steady);
        return new Latency(rate, steady.length, quantile(steady, 0.5), quantile(steady, 0.99));
    }

    private static double quantile(double[] sorted, double quantile) {
        return sorted[Math.min(sorted.length - 1, (int) Math.ceil(quantile * sorted.length) - 1)];
    }

    private void send(double rate, int count) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                kafka.settings(Map.of("max.in.flight.requests.per.connection", "1")),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.partitionsFor(topic);
            long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                long due = begin + (long) (i * 1e9 / rate);
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    // What is due within a tick is sent together: a core that wakes for each message has less for
                    // others.
                    LockSupport.parkNanos(Math.max(wait, TICK_NANOS));
                }
                byte[] key = ByteBuffer.allocate(12).putInt(i).putLong(due).array();
                var unused =
                        producer.send(new ProducerRecord<>(topic, i % partitions, key, messages[i % messages.length]));
            }
        }
    }
}
