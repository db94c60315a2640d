package io.convoy.spark.kafka;

import io.convoy.engine.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
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
 *
 * <p>It does so in a process of its own, as it has to leave the cores to those whom it measures.
 */
final class ConstantRate {
    private static final long TICK_NANOS = 1_000_000;
    private static final int PATIENCE_SECONDS = 90;
    private static final Duration LOOK = Duration.ofMillis(200);

    /**
     * What was measured.
     *
     * @param messagesPerSecond the rate
     * @param count how many messages the quantiles are of
     */
    record Latency(double messagesPerSecond, int count, double p50Millis, double p99Millis) {
        private String line() {
            return String.join(
                    " ",
                    "latency",
                    Double.toString(messagesPerSecond),
                    Integer.toString(count),
                    Double.toString(p50Millis),
                    Double.toString(p99Millis));
        }

        private static Latency of(String line) {
            String[] words = line.split(" ", -1);
            return new Latency(
                    Double.parseDouble(words[1]),
                    Integer.parseInt(words[2]),
                    Double.parseDouble(words[3]),
                    Double.parseDouble(words[4]));
        }
    }

    private final Map<String, Object> settings;
    private final String topic;
    private final int partitions;
    private final byte[][] messages;

    private ConstantRate(String servers, String topic, int partitions, byte[][] messages) {
        this.settings = Map.of("bootstrap.servers", servers);
        this.topic = topic;
        this.partitions = partitions;
        this.messages = messages;
    }

    /**
     * Measures for {@code seconds} a stream that answers what is in {@code topic} in {@code topic-out}, both of {@code partitions}
     * partitions.
     *
     * @param folder for files
     * @param image the shape of the images that are sent
     * @param rate messages a second
     * @param warmUp seconds of the same before: until the compilers of all processes are done with what is done at this rate
     * @param serving whom it waits for
     */
    static Latency measure(
            BrokerFixture kafka,
            Path folder,
            String topic,
            int partitions,
            Shape image,
            double rate,
            double warmUp,
            double seconds,
            JavaProcess serving)
            throws Exception {
        List<String> arguments = List.of(
                kafka.broker.bootstrapServers(),
                topic,
                Integer.toString(partitions),
                Long.toString(image.size(0)),
                Long.toString(image.size(1)),
                Long.toString(image.size(2)),
                Double.toString(rate),
                Double.toString(warmUp),
                Double.toString(seconds));
        try (JavaProcess measuring = JavaProcess.light(folder, ConstantRate.class, arguments)) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos((long) (warmUp + seconds) + PATIENCE_SECONDS);
            while (!measuring.ends(LOOK)) {
                serving.requireTime(deadline, 0, (long) (rate * (warmUp + seconds)));
            }
            return measuring
                    .said()
                    .lines()
                    .filter(line -> line.startsWith("latency "))
                    .map(Latency::of)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /**
     * Measures, and tells what.
     *
     * @param arguments the broker, the topic, the number of its partitions, an image's channels, height and width, the rate, the
     *     seconds of warming up and those that are measured
     */
    public static void main(String... arguments) throws Exception {
        Shape image = Shape.of(
                Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]), Integer.parseInt(arguments[5]));
        ConstantRate constant = new ConstantRate(
                arguments[0], arguments[1], Integer.parseInt(arguments[2]), StreamBenchIT.messages(image));
        double rate = Double.parseDouble(arguments[6]);
        int warmUp = (int) (rate * Double.parseDouble(arguments[7]));
        int measured = Math.max(3, (int) (rate * Double.parseDouble(arguments[8])));
        System.out.println(constant.measure(rate, warmUp, measured).line());
    }

    private Latency measure(double rate, int warmUp, int measured) throws Exception {
        int count = warmUp + measured;
        double[] millis = new double[count];
        try (KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(
                with(Map.of("isolation.level", "read_committed")),
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
            for (int seen = 0; seen < count; ) {
                for (ConsumerRecord<byte[], byte[]> answer : reader.poll(Duration.ofMillis(100))) {
                    long now = System.nanoTime();
                    ByteBuffer key = ByteBuffer.wrap(answer.key());
                    millis[key.getInt()] = (now - key.getLong()) * 1e-6;
                    seen++;
                }
                if (sent.isCompletedExceptionally()) {
                    break;
                }
            }
            sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        double[] steady = Arrays.copyOfRange(millis, warmUp, count);
        Arrays.sort(steady);
        return new Latency(rate, steady.length, quantile(steady, 0.5), quantile(steady, 0.99));
    }

    private static double quantile(double[] sorted, double quantile) {
        return sorted[Math.min(sorted.length - 1, (int) Math.ceil(quantile * sorted.length) - 1)];
    }

    private Map<String, Object> with(Map<String, String> more) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(more);
        return all;
    }

    private void send(double rate, int count) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                with(Map.of("max.in.flight.requests.per.connection", "1")),
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
