package io.convoy.spark.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.data.image.Images;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.program.Inference;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import io.convoy.spark.message.TensorMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every way of serving a stream achieves beside the bare engine on the same cores, with a real broker, for ResNet-18 on 32×32 and for
 * LeNet-5:
 *
 * <pre>{@code
 * ./mvnw -Pstream-bench verify
 * }</pre>
 *
 * About twenty minutes; with {@code -Dconvoy.bench.seconds=1 -Dconvoy.bench.rounds=1 -Dconvoy.bench.networks=lenet5} one minute.
 * {@code seconds} is how long each figure is measured, after two thirds of that without measuring; {@code rounds} how often the light
 * worker and the bare engine take turns, of which medians are told; Spark's job has one round. {@code ways} is a pattern
 * that chooses ways of serving, by their names in the table.
 *
 * <p>Messages are tensors of unsigned bytes, and all that throughput is measured with are in Kafka before the stream starts; their answers, JSON,
 * are counted by the time at which the broker appended them. Latencies are taken at 30 % of the stream's own throughput, from when a
 * message was due until a consumer of committed messages had its answer, for {@value #LATENCY} times as long, after
 * {@value #WARM_UP_AT_RATE} times as long at the same rate without measuring.
 */
@Timeout(3600)
final class StreamBenchIT {
    private static final int SECONDS = Integer.getInteger("convoy.bench.seconds", 6);
    private static final int ROUNDS = Integer.getInteger("convoy.bench.rounds", 3);
    private static final List<String> NETWORKS = List.of(
            System.getProperty("convoy.bench.networks", "resnet18_cifar,lenet5").split(","));
    private static final Pattern ONLY = Pattern.compile(System.getProperty("convoy.bench.ways", ""));

    /** From here on what is measured has to be what is asked for. */
    private static final int SECONDS_TO_TRUST = 5;

    private static final double LOAD = 0.3;

    /** How many times as long latencies are measured: a single time that the machine stands still is a hundredth of a few seconds. */
    private static final int LATENCY = 3;

    /** How many times as long the rate is kept up before: from all there is to less is another path for compilers. */
    private static final int WARM_UP_AT_RATE = 3;
    private static final int CLASSES = 10;
    private static final int PARTITIONS = 2;
    private static final int PATIENCE_SECONDS = 300;
    private static final long LOOK_NANOS = 100_000_000;

    /** More than any stream answers in a second, since all of them have to be in Kafka. */
    private static final int MOST_A_SECOND = 60_000;

    /**
     * A way of serving.
     *
     * @param spark whether it is Spark's job
     * @param single whether images are scored one by one, which takes the engine as long as a whole batch each
     * @param settings that differ from the default
     */
    private record Way(String name, boolean spark, boolean single, List<String> settings) {}

    private static final List<Way> WAYS = List.of(
            new Way("serve-kafka atLeastOnce", false, false, List.of("delivery=atLeastOnce")),
            new Way("serve-kafka exactlyOnce, commit 1000 ms", false, false, List.of("delivery=exactlyOnce")),
            new Way(
                    "serve-kafka exactlyOnce, commit 10 ms",
                    false,
                    false,
                    List.of("delivery=exactlyOnce", "batching.commitMillis=10")),
            new Way("stream throughput, atLeastOnce", true, false, List.of("delivery=atLeastOnce")),
            new Way("stream throughput, exactlyOnce", true, false, List.of("delivery=exactlyOnce")),
            new Way("stream latency, atLeastOnce", true, true, List.of("delivery=atLeastOnce", "mode=latency")));

    /** What was measured of a way in a round. */
    private record Figures(
            double perSecond, double ofBare, double ownCores, double brokerCores, ConstantRate.Latency latency) {}

    @TempDir
    private Path folder;

    private int runs;

    private static Model model(String name, Shape image) {
        Network network = Zoo.network(name, image, CLASSES);
        int channels = image.size(0);
        ModelCard card = new ModelCard(
                name,
                name,
                image,
                List.of(Head.classes(CLASSES, List.of())),
                new Fit(Fit.Kind.CROP, 1),
                Images.DECODER,
                new Preprocessing(Collections.nCopies(channels, 0.45f), Collections.nCopies(channels, 0.25f)),
                Accuracy.NONE,
                1,
                0,
                "random",
                new TreeMap<>());
        return new Model(
                card,
                network,
                Layouts.initialWeights(network, Layouts.parameters(network, 1), new Seed(1)),
                Layouts.statistics(network).initial());
    }

    static byte[][] messages(Shape image) {
        Random random = new Random(1);
        byte[][] messages = new byte[256][];
        for (int i = 0; i < messages.length; i++) {
            byte[] pixels = new byte[Math.toIntExact(image.count())];
            random.nextBytes(pixels);
            messages[i] = TensorMessage.of(image, pixels);
        }
        return messages;
    }

    @Test
    void servingKeepsUpWithTheEngine() throws Exception {
        Map<String, Map<Way, List<Figures>>> all = new LinkedHashMap<>();
        List<String> table = new ArrayList<>();
        try (BrokerFixture kafka = new BrokerFixture(EmbeddedBroker.start())) {
            for (String name : NETWORKS) {
                Map<Way, List<Figures>> measured = measure(kafka, name, table);
                all.put(name, measured);
            }
        }
        table.forEach(System.out::println);
        if (SECONDS >= SECONDS_TO_TRUST) {
            requireWhatIsPromised(all);
        }
    }

    private static void requireWhatIsPromised(Map<String, Map<Way, List<Figures>>> all) {
        Way worker = WAYS.get(0);
        List<Figures> resnet = all.getOrDefault("resnet18_cifar", Map.of()).get(worker);
        if (resnet != null) {
            assertThat(median(resnet, Figures::ofBare)).as("ResNet-18 ÷ bare").isGreaterThanOrEqualTo(0.8);
        }
        List<Figures> lenet = all.getOrDefault("lenet5", Map.of()).get(worker);
        if (lenet != null) {
            assertThat(median(lenet, figures -> figures.latency().p99Millis()))
                    .as("LeNet-5's p99 in milliseconds")
                    .isLessThanOrEqualTo(30);
        }
    }

    private Map<Way, List<Figures>> measure(BrokerFixture kafka, String name, List<String> table) throws Exception {
        Shape image = name.equals("lenet5") ? Shape.of(1, 28, 28) : Zoo.image(name);
        Model model = model(name, image);
        Path saved = folder.resolve(name);
        model.writeTo(ModelFolder.local(saved));
        Map<Way, List<Figures>> measured = new LinkedHashMap<>();
        List<Double> bare = new ArrayList<>();
        try (BareEngine engine = new BareEngine(model)) {
            double warm = engine.imagesPerSecond(warmUp());
            tell("%s: bare engine, warming up, %,.0f images/s", name, warm);
            bare.add(engine.imagesPerSecond(SECONDS / 2.0));
            for (int round = 0; round < ROUNDS; round++) {
                for (Way way : WAYS) {
                    if ((round > 0 && way.spark()) || !ONLY.matcher(way.name()).find()) {
                        continue;
                    }
                    double before = bare.get(bare.size() - 1);
                    int together = way.single() ? Inference.batch(model.network()) : 1;
                    Figures figures = serve(kafka, saved, image, way, before / together);
                    double after = engine.imagesPerSecond(SECONDS / 2.0);
                    bare.add(after);
                    Figures whole = new Figures(
                            figures.perSecond(),
                            figures.perSecond() / ((before + after) / 2),
                            figures.ownCores(),
                            figures.brokerCores(),
                            figures.latency());
                    measured.computeIfAbsent(way, one -> new ArrayList<>()).add(whole);
                    tell("%s %s: %s", name, way.name(), whole);
                }
            }
        }
        table.addAll(table(name, bare, measured));
        return measured;
    }

    private static double warmUp() {
        return SECONDS * 2 / 3.0;
    }

    private static void tell(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private static List<String> table(String name, List<Double> bare, Map<Way, List<Figures>> measured) {
        int cores = Runtime.getRuntime().availableProcessors();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "%s, uint8 tensors, on %d cores. Bare engine, %d threads, nothing beside it: %,.0f images/s (median of %d)",
                name,
                cores,
                cores,
                bare.stream().sorted().toList().get(bare.size() / 2),
                bare.size()));
        lines.add(String.format(
                Locale.ROOT,
                "%-42s %10s %7s %12s %13s | %9s %9s %9s %9s",
                "way",
                "messages/s",
                "÷ bare",
                "its cores",
                "broker's",
                "at rate/s",
                "messages",
                "p50 ms",
                "p99 ms"));
        measured.forEach((way, rounds) -> lines.add(String.format(
                Locale.ROOT,
                "%-42s %,10.0f %7.2f %12.2f %13.2f | %,9.1f %,9d %,9.1f %,9.1f",
                way.name(),
                median(rounds, Figures::perSecond),
                median(rounds, Figures::ofBare),
                median(rounds, Figures::ownCores),
                median(rounds, Figures::brokerCores),
                median(rounds, figures -> figures.latency().messagesPerSecond()),
                rounds.stream().mapToInt(figures -> figures.latency().count()).sum(),
                median(rounds, figures -> figures.latency().p50Millis()),
                median(rounds, figures -> figures.latency().p99Millis()))));
        lines.add(
                "Left: all messages are in Kafka before; the broker has the same cores. Right: the sender and the reader have"
                        + " them, too; until a reader of committed messages has the answer.");
        return lines;
    }

    private static double median(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** Measures a way once; what it is of the bare engine remains to be told. */
    private Figures serve(BrokerFixture kafka, Path model, Shape image, Way way, double most) throws Exception {
        byte[][] messages = messages(image);
        String topic = "bench-" + ++runs;
        topics(kafka, topic);
        try {
            int count = (int) (Math.min(most, MOST_A_SECOND) * (SECONDS + warmUp()));
            fill(kafka, topic, messages, count);
            Path home = Files.createDirectory(folder.resolve(topic));
            Path config = Files.writeString(home.resolve("stream.yaml"), yaml(kafka, topic, model, home));
            List<String> arguments =
                    new ArrayList<>(List.of(way.spark() ? "stream" : "serve-kafka", "--config", config.toString()));
            if (way.spark()) {
                arguments.addAll(List.of("--master", "local[" + PARTITIONS + "]"));
            }
            way.settings().forEach(setting -> arguments.addAll(List.of("--set", setting)));
            try (JavaProcess serving = JavaProcess.convoy(home, arguments)) {
                Throughput throughput = throughput(kafka, topic + "-out", count, serving);
                writeOut();
                ConstantRate.Latency latency = ConstantRate.measure(
                        kafka,
                        home,
                        topic,
                        PARTITIONS,
                        image,
                        throughput.perSecond() * LOAD,
                        SECONDS * WARM_UP_AT_RATE,
                        SECONDS * LATENCY,
                        serving);
                return new Figures(
                        throughput.perSecond(), Double.NaN, throughput.ownCores(), throughput.brokerCores(), latency);
            }
        } finally {
            try (Admin admin = kafka.admin()) {
                admin.deleteTopics(List.of(topic, topic + "-out", topic + "-dead"))
                        .all()
                        .get(60, TimeUnit.SECONDS);
            }
        }
    }

    /** Has the disk take what was written: the kernel would do so half a minute later, and let messages wait that are measured then. */
    private static void writeOut() throws Exception {
        Process sync = new ProcessBuilder("sync").inheritIO().start();
        assertThat(sync.waitFor()).isZero();
    }

    private static void topics(BrokerFixture kafka, String topic) throws Exception {
        try (Admin admin = kafka.admin()) {
            admin.createTopics(Stream.of(topic, topic + "-out", topic + "-dead")
                            .map(name -> new NewTopic(name, PARTITIONS, (short) 1)
                                    .configs(
                                            name.endsWith("-out")
                                                    ? Map.of("message.timestamp.type", "LogAppendTime")
                                                    : Map.of()))
                            .toList())
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
    }

    private static String yaml(BrokerFixture kafka, String topic, Path model, Path home) {
        return """
                name: %s
                model: "%s"
                kafka: { bootstrap.servers: "%s" }
                input: { topics: [%s], format: tensor }
                output: { topic: %s-out }
                deadLetters: { topic: %s-dead }
                checkpoints: "%s"
                startingOffsets: earliest
                """.formatted(
                topic, model, kafka.broker.bootstrapServers(), topic, topic, topic, home.resolve("checkpoints"));
    }

    private static void fill(BrokerFixture kafka, String topic, byte[][] messages, int count) {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        Map<String, Object> settings = kafka.settings(Map.of("linger.ms", "20", "batch.size", "524288"));
        settings.put("max.in.flight.requests.per.connection", "1");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                var unused = producer.send(
                        new ProducerRecord<>(topic, i % PARTITIONS, null, messages[i % messages.length]),
                        (metadata, failed) -> {
                            if (failed != null) {
                                failure.compareAndSet(null, failed);
                            }
                        });
            }
        }
        assertThat(failure.get()).isNull();
    }

    /**
     * How fast messages were answered.
     *
     * @param ownCores how many cores the stream's process used
     * @param brokerCores how many the broker's used
     */
    private record Throughput(double perSecond, double ownCores, double brokerCores) {}

    /** Waits until {@code count} messages are answered in {@code topic}. */
    private static Throughput throughput(BrokerFixture kafka, String topic, int count, JavaProcess serving)
            throws Exception {
        ProcessHandle broker = ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(BrokerProcess.class.getName()))
                .findFirst()
                .orElseThrow();
        try (KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(
                kafka.settings(Map.of("isolation.level", "read_committed", "fetch.max.bytes", "8000000")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> answers = reader.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            long first = 0;
            Usage begin = null;
            // Nobody reads answers until they are all there: that would cost the stream some of its cores.
            for (long there = 0; there < count; ) {
                LockSupport.parkNanos(LOOK_NANOS);
                there = reader.endOffsets(answers).values().stream()
                        .mapToLong(end -> end)
                        .sum();
                serving.requireTime(deadline, there, count);
                if (there > 0 && first == 0) {
                    first = System.nanoTime();
                }
                if (first > 0 && begin == null && System.nanoTime() - first > warmUp() * 1e9) {
                    begin = Usage.of(serving.handle(), broker);
                }
            }
            Usage used =
                    begin == null ? null : Usage.of(serving.handle(), broker).since(begin);
            reader.assign(answers);
            reader.seekToBeginning(answers);
            long[] appended = new long[count];
            for (int seen = 0; seen < count; ) {
                for (ConsumerRecord<byte[], byte[]> answer : reader.poll(Duration.ofMillis(100))) {
                    appended[seen] = answer.timestamp();
                    seen++;
                }
                serving.requireTime(deadline, seen, count);
            }
            return new Throughput(
                    perSecond(appended),
                    used == null ? Double.NaN : used.own() / used.wall(),
                    used == null ? Double.NaN : used.broker() / used.wall());
        }
    }

    /** Without the time of warming up, or the first half where there is less than twice as much. */
    private static double perSecond(long[] appended) {
        Arrays.sort(appended);
        long first = appended[0];
        long last = appended[appended.length - 1];
        long begin = Math.min(first + (long) (warmUp() * 1000), (first + last) / 2);
        long count = Arrays.stream(appended).filter(millis -> millis > begin).count();
        return count * 1000.0 / Math.max(1, last - begin);
    }

    /** Seconds: of processors and of the clock. */
    private record Usage(double own, double broker, double wall) {
        static Usage of(ProcessHandle own, ProcessHandle broker) {
            return new Usage(seconds(own), seconds(broker), System.nanoTime() * 1e-9);
        }

        private static double seconds(ProcessHandle process) {
            return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() * 1e-3;
        }

        Usage since(Usage before) {
            return new Usage(own - before.own, broker - before.broker, wall - before.wall);
        }
    }
}
