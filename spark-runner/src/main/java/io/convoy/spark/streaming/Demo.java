package io.convoy.spark.streaming;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.MemoryDataset;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.Strokes;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.network.Network;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Exponential;
import io.convoy.engine.schedule.Unit;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.engine.train.Evaluation;
import io.convoy.engine.train.Listener;
import io.convoy.engine.train.LocalTrainer;
import io.convoy.engine.train.TrainingPlan;
import io.convoy.engine.zoo.Lenet5;
import io.convoy.spark.RunFailedException;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.kafka.EmbeddedBroker;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/**
 * The stream job with nothing around it that has to be there before: a broker of its own, digits that the program draws, a model that
 * learned them a moment ago. Predictions are printed with what is true. Nothing is left behind.
 */
public final class Demo implements AutoCloseable {
    private static final Seed SEED = new Seed(1);
    private static final int TRAIN = 12_000;
    private static final int IMAGES = 10_000;
    private static final int A_SECOND = 100;
    private static final int PARTITIONS = 2;
    /** One prediction in so many is printed, so that people can follow. */
    private static final int SHOWN = 10;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;
    private final Path folder;
    private final Strokes images = Strokes.test(SEED, IMAGES);
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final Thread hook = new Thread(this::delete, "demo-end");
    private volatile boolean ended;

    private Demo(PrintStream out) throws IOException {
        this.out = out;
        this.folder = Files.createTempDirectory("convoy-demo");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Runs until the process is asked to end.
     *
     * @param model the folder of a model for 28×28 gray images of digits; none to train one
     * @param settings of Spark's session
     * @param out gets lines for people
     */
    public static void run(@Nullable String model, SparkConf settings, PrintStream out) {
        try (Demo demo = new Demo(out)) {
            String folder =
                    model == null ? demo.trained() : HadoopFiles.ofThisProcess().absolute(model);
            out.println("starting a Kafka broker of its own");
            try (EmbeddedBroker broker = EmbeddedBroker.start()) {
                demo.stream(broker, folder, settings);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("The demonstration can't write its files.", failed);
        }
    }

    private String trained() throws IOException {
        try {
            return train();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RunFailedException(
                    "The demonstration expects time to train, but it was interrupted.", interrupted);
        }
    }

    private String train() throws IOException, InterruptedException {
        out.println("LeNet-5 learns " + TRAIN + " drawn digits");
        int cores = Math.min(4, Runtime.getRuntime().availableProcessors());
        MemoryDataset digits = MemoryDataset.copyOf(Strokes.train(SEED, TRAIN), cores);
        MemoryDataset test = MemoryDataset.copyOf(Strokes.test(SEED.child("demo"), 1000), cores);
        Preprocessing preprocessing = Preprocessing.measure(digits);
        Network network = Lenet5.of(digits.sampleShape(), digits.classes());
        TrainingPlan plan = new TrainingPlan(
                network,
                new CrossEntropy(),
                Sgd.withMomentum(0.9, 0),
                new Exponential(0.05, 0.5, Unit.EPOCH),
                64,
                16,
                2,
                1,
                SEED);
        AtomicReference<Accuracy> accuracy = new AtomicReference<>(Accuracy.NONE);
        ModelState state = new LocalTrainer(
                        plan,
                        new InputPipeline(digits, preprocessing, List.of(), SEED),
                        new InputPipeline(test, preprocessing, List.of(), SEED),
                        cores)
                .fit(plan.initialState(), new Listener() {
                    @Override
                    public void epoch(long epoch, Evaluation evaluation) {
                        accuracy.set(evaluation.accuracy());
                        out.printf(
                                Locale.ROOT,
                                "epoch %d: test accuracy %.1f %%%n",
                                epoch + 1,
                                100 * evaluation.accuracy().value());
                    }
                });
        ModelCard card = new ModelCard(
                "demo",
                "lenet5",
                digits.sampleShape(),
                List.of(Head.classes(digits.classes(), List.of())),
                new Fit(Fit.Kind.SQUASH, 1),
                "",
                preprocessing,
                Objects.requireNonNull(accuracy.get()),
                state.version(),
                plan.epochs(),
                "",
                new TreeMap<>());
        Path model = folder.resolve("model");
        new Model(card, network, state.weights(), state.statistics()).writeTo(ModelFolder.local(model));
        return model.toString();
    }

    private void stream(EmbeddedBroker broker, String model, SparkConf settings) {
        Map<String, Object> clients = new HashMap<>(broker.clientSettings());
        createTopics(clients);
        StreamConfig config = ConfigReader.readStream(
                "the demonstration",
                """
                name: demo
                model: "%s"
                kafka: { bootstrap.servers: "%s" }
                input: { topics: [images] }
                output: { topic: predictions, topK: 1 }
                deadLetters: { topic: dead-letters }
                checkpoints: "%s"
                startingOffsets: earliest
                batching: { triggerMillis: 200 }
                """.formatted(model, broker.bootstrapServers(), folder.resolve("checkpoints")),
                List.of());
        Thread sending = thread("demo-images", () -> send(clients));
        Thread showing = thread("demo-predictions", () -> show(clients));
        try {
            StreamJob.run(
                    config,
                    settings,
                    new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                    StreamJob.Ending.AT_ONCE);
        } finally {
            ended = true;
            sending.interrupt();
            showing.interrupt();
        }
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private Thread thread(String name, Runnable work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException failed) {
                        if (!ended) {
                            failure.compareAndSet(null, failed);
                        }
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void createTopics(Map<String, Object> clients) {
        try (Admin admin = Admin.create(clients)) {
            admin.createTopics(List.of(
                            new NewTopic("images", PARTITIONS, (short) 1),
                            new NewTopic("predictions", 1, (short) 1),
                            new NewTopic("dead-letters", 1, (short) 1)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException failed) {
            throw new RunFailedException(
                    "The demonstration expects to create its topics, but it can't: " + failed, failed);
        }
    }

    private void send(Map<String, Object> clients) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; !ended; i++) {
                int index = i % IMAGES;
                // A key of four bytes tells which image it is.
                byte[] key = {(byte) (index >> 24), (byte) (index >> 16), (byte) (index >> 8), (byte) index};
                Future<RecordMetadata> unused =
                        producer.send(new ProducerRecord<>("images", i % PARTITIONS, key, png(index)));
                LockSupport.parkNanos(1_000_000_000L / A_SECOND);
            }
        }
    }

    private byte[] png(int index) {
        int height = images.sampleShape().size(1);
        int width = images.sampleShape().size(2);
        byte[] pixels = new byte[height * width];
        images.read(index, pixels);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, width, height, pixels);
        try (ByteArrayOutputStream file = new ByteArrayOutputStream()) {
            ImageIO.write(image, "png", file);
            return file.toByteArray();
        } catch (IOException failed) {
            throw new UncheckedIOException("Memory can't be written to.", failed);
        }
    }

    private void show(Map<String, Object> clients) {
        Map<String, Object> settings = new HashMap<>(clients);
        settings.put("isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition all = new TopicPartition("predictions", 0);
            consumer.assign(List.of(all));
            consumer.seekToBeginning(List.of(all));
            long seen = 0;
            long right = 0;
            while (!ended) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    JsonNode prediction = JSON.readTree(record.value());
                    byte[] key = record.key();
                    int index = ByteBuffer.wrap(key).getInt();
                    String truth = Integer.toString(images.label(index));
                    boolean hit = truth.equals(prediction.path("label").asText());
                    seen++;
                    right += hit ? 1 : 0;
                    if (seen % SHOWN == 1 || !hit) {
                        out.printf(
                                Locale.ROOT,
                                "image %-6d digit %s   predicted %s (%5.1f %%) %s   %,d ms   accuracy %.2f %% of %,d%n",
                                index,
                                truth,
                                prediction.path("label").asText(),
                                100
                                        * prediction
                                                .path("top")
                                                .path(0)
                                                .path("probability")
                                                .asDouble(),
                                hit ? "right" : "WRONG",
                                record.timestamp()
                                        - prediction
                                                .path("times")
                                                .path("record")
                                                .asLong(),
                                100.0 * right / seen,
                                seen);
                    }
                }
            }
        } catch (IOException | KafkaException failed) {
            if (!ended) {
                throw new RunFailedException("The demonstration expects to read predictions, but: " + failed, failed);
            }
        }
    }

    private void delete() {
        HadoopFiles.ofThisProcess().delete(folder.toUri().toString());
    }

    @Override
    public void close() {
        ended = true;
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The process ends, and the hook does it.
            return;
        }
        delete();
    }
}
