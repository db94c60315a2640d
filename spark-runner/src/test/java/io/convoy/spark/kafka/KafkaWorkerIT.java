package io.convoy.spark.kafka;

import static io.convoy.spark.kafka.BrokerFixture.bytes;
import static io.convoy.spark.kafka.BrokerFixture.config;
import static io.convoy.spark.kafka.BrokerFixture.header;
import static io.convoy.spark.kafka.BrokerFixture.source;
import static io.convoy.spark.kafka.BrokerFixture.tensor;
import static io.convoy.spark.kafka.BrokerFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.convoy.engine.serve.ImageInput;
import io.convoy.engine.serve.InferenceModel;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.RunFailedException;
import io.convoy.spark.SavedModel;
import io.convoy.spark.message.Coordinates;
import io.convoy.spark.message.CorruptImages;
import io.convoy.spark.message.InputFormat;
import io.convoy.spark.message.KeySplit;
import io.convoy.spark.message.MessageReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The light worker with a real broker. */
@Timeout(240)
final class KafkaWorkerIT {
    private static BrokerFixture kafka;

    @TempDir
    private static Path folder;

    private static Path model;

    @BeforeAll
    static void start() throws IOException {
        kafka = new BrokerFixture(EmbeddedBroker.start());
        model = folder.resolve("model");
        SavedModel.classifier(model, 1);
    }

    @AfterAll
    static void end() {
        kafka.close();
    }

    /** The scores of a tensor message by a model that nothing else uses, as the worker writes them. */
    private static byte[] scores(Path model, byte[] message) throws IOException {
        Model read = Model.read(ModelFolder.local(model));
        try (InferenceModel inference = InferenceModel.of(read)) {
            float[] input = new MessageReader(new ImageInput(read.card()), InputFormat.TENSOR)
                    .read(message)
                    .input();
            ByteBuffer expected = ByteBuffer.allocate(4 * inference.width()).order(ByteOrder.LITTLE_ENDIAN);
            expected.asFloatBuffer().put(inference.scores(input, 1));
            return expected.array();
        }
    }

    private static Set<String> sent(String topic, Map<Integer, Integer> counts) {
        Set<String> all = new TreeSet<>();
        counts.forEach((partition, count) ->
                IntStream.range(0, count).forEach(offset -> all.add(topic + "-" + partition + "-" + offset)));
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"exactlyOnce", "atLeastOnce"})
    void everyMessageIsAnsweredInOrderWithTheModelsBits(String delivery) throws Exception {
        String topic = "bits-" + delivery;
        kafka.topics(topic, 2);
        for (int i = 0; i < 150; i++) {
            ProducerRecord<byte[], byte[]> message =
                    new ProducerRecord<>(topic, i % 2, bytes("key" + i), tensor(i % 7));
            message.headers().add("trace", bytes("t" + i)).add("trace", null);
            var unused = kafka.send(message);
        }
        List<byte[]> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            expected.add(scores(model, tensor(i)));
        }
        List<ConsumerRecord<byte[], byte[]>> answers;
        try (RunningWorker worker = new RunningWorker(
                config(kafka.yaml(topic, model, "delivery: " + delivery), "batching.commitMillis=100"))) {
            answers = kafka.committed(topic + "-out", 150);
            assertThat(worker.isRunning()).isTrue();
        }
        assertThat(answers).hasSize(150);
        String version = Model.version(ModelFolder.local(model));
        for (ConsumerRecord<byte[], byte[]> answer : answers) {
            int number = Integer.parseInt(text(answer.key()).substring(3));
            assertThat(answer.value()).isEqualTo(expected.get(number % 7));
            assertThat(source(answer)).isEqualTo(topic + "-" + number % 2 + "-" + number / 2);
            assertThat(header(answer, "convoy.model")).isEqualTo(version);
            List<String> traces = new ArrayList<>();
            for (Header header : answer.headers().headers("trace")) {
                traces.add(header.value() == null ? "null" : text(header.value()));
            }
            assertThat(traces).containsExactly("t" + number, "null");
        }
        assertThat(new HashSet<>(answers.stream().map(BrokerFixture::source).toList()))
                .hasSize(150);
    }

    private static byte[] png(int seed) throws IOException {
        BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 1200; i++) {
            image.setRGB(i % 40, i / 40, i * (seed + 7) * 1001 & 0xFFFFFF);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }

    @Test
    void oddMessagesEndWhereTheyShouldAmongGoodOnes() throws Exception {
        kafka.topics("odd", 2);
        Map<String, CorruptImages.File> odd = new HashMap<>();
        for (CorruptImages.File file : CorruptImages.files().orElse(List.of())) {
            odd.put(file.name(), file);
        }
        Map<String, byte[]> values = new HashMap<>();
        odd.forEach((name, file) -> values.put(name, file.bytes()));
        values.put("ten megabytes", Arrays.copyOf(png(1), 10_000_000));
        values.put("ten megabytes of nothing", new byte[10_000_000]);
        values.put("no value", null);
        values.put("empty", new byte[0]);
        int number = 0;
        for (Map.Entry<String, byte[]> value : values.entrySet()) {
            var unused = kafka.send("odd", number % 2, "good " + number, png(number));
            ProducerRecord<byte[], byte[]> message =
                    new ProducerRecord<>("odd", number % 2, bytes(value.getKey()), value.getValue());
            message.headers()
                    .add("poison", new byte[] {(byte) 0xFF, 0, (byte) 0xC3})
                    .add("poison", null)
                    .add("convoy.offset", bytes("not a number"));
            var unusedToo = kafka.send(message);
            number++;
        }
        int all = 2 * values.size();
        List<ConsumerRecord<byte[], byte[]>> answers;
        try (RunningWorker worker = new RunningWorker(config(
                kafka.yaml("odd", model), "input.format=image", "output.format=json", "batching.commitMillis=100"))) {
            answers = kafka.committed(List.of("odd-out", "odd-dead"), got -> got.size() >= all);
            assertThat(worker.isRunning()).isTrue();
        }
        assertThat(answers).hasSize(all);
        assertThat(answers).extracting(BrokerFixture::source).doesNotHaveDuplicates();
        Map<String, String> reasons = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> answer : answers) {
            String key = text(answer.key());
            boolean dead = answer.topic().equals("odd-dead");
            if (key.startsWith("good")) {
                assertThat(dead).as(key).isFalse();
                continue;
            }
            assertThat(answer.headers().headers("poison").iterator().next().value())
                    .isEqualTo(new byte[] {(byte) 0xFF, 0, (byte) 0xC3});
            if (dead) {
                assertThat(answer.value()).as(key).isEqualTo(values.get(key));
                reasons.put(key, header(answer, "convoy.reason"));
            } else {
                JsonNode prediction = new JsonMapper().readTree(answer.value());
                assertThat(prediction.get("id").textValue()).isEqualTo(source(answer));
                assertThat(SavedModel.LABELS).contains(prediction.get("label").textValue());
            }
        }
        odd.forEach((name, file) -> file.check(Optional.ofNullable(reasons.remove(name))));
        assertThat(reasons)
                .containsOnly(
                        Map.entry("no value", "it is a tombstone, a key without a value"),
                        Map.entry("empty", "it is empty"),
                        Map.entry("ten megabytes of nothing", "it is no image, but only JPEG and PNG are supported"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exactlyOnce", "atLeastOnce"})
    void failFastStopsAtTheFirstUnusableMessageAndKeepsWhatWasBefore(String delivery) throws Exception {
        String topic = "strict-" + delivery;
        kafka.topics(topic, 1);
        for (int i = 0; i < 5; i++) {
            kafka.send(topic, 0, "k", i == 3 ? bytes("CVT") : tensor(i)).get();
        }
        for (int round = 0; round < 2; round++) {
            try (RunningWorker worker = new RunningWorker(
                    config(kafka.yaml(topic, model, "delivery: " + delivery), "deadLetters.failFast=true"))) {
                assertThat(worker.failure())
                        .isInstanceOf(RunFailedException.class)
                        .hasMessage("The message of " + topic + "-0 at offset 3 expects to be scored, but its header is"
                                + " cut off. Maybe repair it, or set deadLetters.failFast to false.");
            }
        }
        assertThat(kafka.committed(topic + "-out", 3)).hasSize(3);
        try (RunningWorker worker = new RunningWorker(config(kafka.yaml(topic, model, "delivery: " + delivery)))) {
            assertThat(kafka.committed(List.of(topic + "-out", topic + "-dead"), got -> got.size() >= 5))
                    .extracting(BrokerFixture::source)
                    .doesNotHaveDuplicates()
                    .hasSize(5);
            assertThat(worker.isRunning()).isTrue();
        }
    }

    @Test
    void partitionsMoveBetweenWorkersAndNewOnesAreFoundWithoutLossOrDuplicates() throws Exception {
        kafka.topics("moving", 3);
        String yaml = kafka.yaml("moving", model);
        String[] hurry = {"batching.commitMillis=50", "kafka.metadata.max.age.ms=500", "batching.images=8"};
        Map<Integer, Integer> counts = new HashMap<>();
        List<ConsumerRecord<byte[], byte[]>> answers;
        try (RunningWorker one = new RunningWorker(config(yaml, hurry))) {
            put(counts, 3, 300);
            kafka.committed("moving-out", 100);
            try (RunningWorker two = new RunningWorker(config(yaml, hurry))) {
                long before = 0;
                while (two.worker.answered() < 30) {
                    put(counts, 3, 30);
                    kafka.committed("moving-out", (int) Math.min(Integer.MAX_VALUE, before));
                    before = kafka.committed("moving-out", 1).size();
                }
                try (Admin admin = kafka.admin()) {
                    admin.createPartitions(Map.of("moving", NewPartitions.increaseTo(5)))
                            .all()
                            .get();
                }
                put(counts, 5, 200);
                kafka.committed(
                        "moving-out",
                        counts.values().stream().mapToInt(Integer::intValue).sum());
            }
            put(counts, 5, 100);
            int all = counts.values().stream().mapToInt(Integer::intValue).sum();
            answers = kafka.committed("moving-out", all);
            assertThat(one.worker.measurements().lag()).isGreaterThanOrEqualTo(0);
        }
        assertThat(answers).extracting(BrokerFixture::source).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(answers.stream().map(BrokerFixture::source).toList()))
                .isEqualTo(sent("moving", counts));
    }

    private static void put(Map<Integer, Integer> counts, int partitions, int messages) throws Exception {
        for (int i = 0; i < messages; i++) {
            int partition = i % partitions;
            kafka.send("moving", partition, "k" + i, tensor(i)).get(60, TimeUnit.SECONDS);
            counts.merge(partition, 1, Integer::sum);
        }
    }

    @Test
    void anotherVersionIsTakenUpBetweenBatchesAndABrokenOneIsRefused() throws Exception {
        kafka.topics("swap", 1);
        Path swapped = folder.resolve("swapped");
        SavedModel.classifier(swapped, 1);
        String old = Model.version(ModelFolder.local(swapped));
        byte[] before = scores(swapped, tensor(5));
        try (RunningWorker worker =
                new RunningWorker(config(kafka.yaml("swap", swapped), "batching.commitMillis=20"))) {
            int count = 0;
            for (; count < 50; count++) {
                kafka.send("swap", 0, "k", tensor(5)).get();
            }
            assertThat(kafka.committed("swap-out", 50))
                    .allMatch(answer -> header(answer, "convoy.model").equals(old));
            SavedModel.classifier(swapped, 2);
            String next = Model.version(ModelFolder.local(swapped));
            byte[] after = scores(swapped, tensor(5));
            assertThat(after).isNotEqualTo(before);
            assertThat(worker.line("serves from now on"))
                    .isEqualTo("model " + swapped + ": version " + next + " serves from now on, after " + old);
            for (; count < 100; count++) {
                kafka.send("swap", 0, "k", tensor(5)).get();
            }
            kafka.committed("swap-out", count);
            Path card = swapped.resolve(Model.CARD);
            byte[] good = Files.readAllBytes(card);
            Files.write(card, Arrays.copyOf(good, good.length - 20));
            assertThat(worker.line("refused")).contains("is refused, " + next + " serves on. ");
            for (; count < 120; count++) {
                kafka.send("swap", 0, "k", tensor(5)).get();
            }
            List<ConsumerRecord<byte[], byte[]>> answers = kafka.committed("swap-out", count);
            for (ConsumerRecord<byte[], byte[]> answer : answers) {
                boolean isOld = header(answer, "convoy.model").equals(old);
                assertThat(header(answer, "convoy.model")).isEqualTo(isOld ? old : next);
                assertThat(answer.value()).isEqualTo(isOld ? before : after);
            }
            assertThat(answers.subList(100, 120))
                    .allMatch(answer -> header(answer, "convoy.model").equals(next));
            Files.write(card, good);
            SavedModel.classifier(swapped, 3);
            assertThat(worker.line("serves from now on")).endsWith("after " + next);
        }
    }

    @Test
    void keysAreSplitBetweenTwoModels() throws Exception {
        kafka.topics("split", 1);
        Path other = folder.resolve("other");
        SavedModel.classifier(other, 9);
        for (int i = 0; i < 60; i++) {
            var unused = kafka.send("split", 0, "key" + i, tensor(3));
        }
        try (RunningWorker worker =
                new RunningWorker(config(kafka.yaml("split", model, "abTest: { model: " + other + ", share: 0.4 }")))) {
            KeySplit split = new KeySplit(0.4);
            List<ConsumerRecord<byte[], byte[]>> answers = kafka.committed("split-out", 60);
            int second = 0;
            for (ConsumerRecord<byte[], byte[]> answer : answers) {
                boolean isSecond = split.second(answer.key(), new Coordinates("split", 0, 0, 0));
                second += isSecond ? 1 : 0;
                Path expected = isSecond ? other : model;
                assertThat(header(answer, "convoy.model")).isEqualTo(Model.version(ModelFolder.local(expected)));
                assertThat(answer.value()).isEqualTo(scores(expected, tensor(3)));
            }
            assertThat(second).isBetween(10, 40);
            assertThat(worker.worker.progressLine(5)).startsWith("60 predictions  5/s  p50 ");
        }
    }

    private static void expire(String topic) throws Exception {
        kafka.topics(topic, 1);
        for (int i = 0; i < 9; i++) {
            kafka.send(topic, 0, "k", tensor(i)).get();
        }
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Admin admin = kafka.admin()) {
            admin.alterConsumerGroupOffsets(topic, Map.of(partition, new OffsetAndMetadata(2)))
                    .all()
                    .get();
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(6)))
                    .all()
                    .get();
        }
    }

    @Test
    void expiredOffsetsStopTheWorkerUnlessTheyMayBePassedOver() throws Exception {
        expire("expired");
        String what = "expired-0 expects the message at offset 2, but the oldest that Kafka has is at 6";
        try (RunningWorker worker = new RunningWorker(config(kafka.yaml("expired", model)))) {
            assertThat(worker.failure())
                    .isInstanceOf(RunFailedException.class)
                    .hasMessage(
                            what + ": it was deleted before it was read. Maybe set onExpiredOffsets to earliest to go"
                                    + " on with the oldest.");
        }
        try (RunningWorker worker =
                new RunningWorker(config(kafka.yaml("expired", model, "onExpiredOffsets: earliest")))) {
            assertThat(worker.line("expired")).isEqualTo(what + ": going on with the oldest");
            assertThat(kafka.committed("expired-out", 3))
                    .extracting(BrokerFixture::source)
                    .containsExactly("expired-0-6", "expired-0-7", "expired-0-8");
        }
    }

    @Test
    void aNewStreamBeginsWithWhatComesFromThenOnIfItIsTold() throws Exception {
        kafka.topics("late", 1);
        kafka.send("late", 0, "k", tensor(1)).get();
        String[] latest = {"startingOffsets=latest", "batching.commitMillis=20"};
        try (RunningWorker worker = new RunningWorker(config(kafka.yaml("late", model), latest));
                Admin admin = kafka.admin()) {
            // Where it begins is committed before anything comes.
            while (admin.listConsumerGroupOffsets("late")
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .isEmpty()) {
                assertThat(worker.isRunning()).isTrue();
            }
        }
        kafka.send("late", 0, "k", tensor(2)).get();
        try (RunningWorker worker = new RunningWorker(config(kafka.yaml("late", model), latest))) {
            assertThat(kafka.committed("late-out", 1))
                    .extracting(BrokerFixture::source)
                    .containsExactly("late-0-1");
            assertThat(worker.isRunning()).isTrue();
        }
    }

    /** The figures are printed, and not judged: they are those of whatever else the machine does. */
    @ParameterizedTest
    @ValueSource(strings = {"atLeastOnce", "exactlyOnce"})
    void latencyAtALightLoad(String delivery) throws Exception {
        String topic = "light-" + delivery;
        kafka.topics(topic, 1);
        int messages = 400;
        long everyNanos = 5_000_000;
        try (RunningWorker worker = new RunningWorker(config(
                kafka.yaml(topic, model, "delivery: " + delivery, "batching: { windowMillis: 1, commitMillis: 5 }")))) {
            long begin = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                while (System.nanoTime() - begin < i * everyNanos) {
                    LockSupport.parkNanos(begin + i * everyNanos - System.nanoTime());
                }
                var unused = kafka.send(new ProducerRecord<>(topic, 0, bytes("k"), tensor(1)));
            }
            assertThat(kafka.committed(topic + "-out", messages)).hasSize(messages);
            System.out.printf(
                    Locale.ROOT,
                    "KafkaWorkerIT: %s, 200 messages/s: p50 %.1f ms, p99 %.1f ms from timestamp to safe prediction%n",
                    delivery,
                    worker.worker.measurements().latencyMillis(0.5),
                    worker.worker.measurements().latencyMillis(0.99));
        }
    }

    @Test
    void batchesFollowTheLoadAndReadingPausesWhileMuchWaits() throws Exception {
        kafka.topics("load", 1);
        byte[] large = large();
        int messages = 1200;
        for (int i = 0; i < messages; i++) {
            var unused = kafka.send("load", 0, "k", large);
        }
        long most = 0;
        try (RunningWorker worker = new RunningWorker(config(
                kafka.yaml("load", model),
                "input.format=image",
                "batching={images: 16, windowMillis: 1, commitMillis: 20}",
                "kafka.max.poll.records=50",
                "metrics.port=0"))) {
            while (worker.worker.answered() < messages) {
                assertThat(worker.isRunning()).isTrue();
                most = Math.max(most, worker.worker.measurements().waiting());
                LockSupport.parkNanos(200_000);
            }
            long full = batches(worker, "+Inf");
            assertThat(full - batches(worker, "8.0"))
                    .as("batches of more than 8 out of " + full)
                    .isGreaterThan(full * 3 / 4);
            for (int i = 1; i <= 20; i++) {
                kafka.send("load", 0, "k", large).get();
                while (worker.worker.answered() < messages + i) {
                    assertThat(worker.isRunning()).isTrue();
                    LockSupport.parkNanos(200_000);
                }
            }
            assertThat(batches(worker, "1.0")).isGreaterThanOrEqualTo(20);
        }
        assertThat(most).as("messages that wait").isBetween(200L, 256L + 50L);
    }

    /** The batches that a worker has scored of at most {@code size} images. */
    private static long batches(RunningWorker worker, String size) throws Exception {
        String page = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + worker.worker.metricsPort() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        String name = "convoy_stream_batch_size_bucket{le=\"" + size + "\"} ";
        return page.lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.substring(name.length())))
                .findFirst()
                .orElseThrow();
    }

    /** An image that takes some milliseconds to decode. */
    private static byte[] large() throws IOException {
        BufferedImage image = new BufferedImage(500, 500, BufferedImage.TYPE_INT_RGB);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }

    @Test
    void measurementsCanBeScraped() throws Exception {
        kafka.topics("measured", 1);
        kafka.send("measured", 0, "k", tensor(1)).get();
        kafka.send("measured", 0, "k", bytes("bad")).get();
        try (RunningWorker worker = new RunningWorker(config(kafka.yaml("measured", model, "metrics: { port: 0 }")))) {
            kafka.committed(List.of("measured-out", "measured-dead"), got -> got.size() >= 2);
            while (worker.worker.answered() < 2) {
                Thread.onSpinWait();
            }
            URI base = URI.create("http://127.0.0.1:" + worker.worker.metricsPort());
            HttpClient client = HttpClient.newHttpClient();
            HttpResponse<String> page = client.send(
                    HttpRequest.newBuilder(base.resolve("/metrics")).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(page.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
            assertThat(page.body().lines().toList())
                    .contains(
                            "convoy_stream_predictions_total 1.0",
                            "convoy_stream_dead_letters_total 1.0",
                            "convoy_stream_lag 0.0",
                            "convoy_stream_batch_size_bucket{le=\"1.0\"} 1",
                            "convoy_stream_latency_seconds_count 2",
                            "convoy_stream_decode_seconds_count 2",
                            "convoy_stream_infer_seconds_count 1")
                    .anyMatch(line -> line.startsWith("convoy_stream_latency_seconds{quantile=\"0.99\"} "));
            assertThat(client.send(
                                    HttpRequest.newBuilder(base.resolve("/other"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void whatCannotWorkFailsBeforeItBegins() throws Exception {
        kafka.topics("broken", 1);
        String yaml = kafka.yaml("broken", model);
        assertThatThrownBy(() -> new RunningWorker(config(yaml, "output.topic=nowhere")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "kafka.bootstrap.servers = SERVERS expects the topic nowhere, but it is not there. Maybe create it: kafka-topics.sh --bootstrap-server SERVERS --create --topic nowhere --partitions 8."
                                .replace("SERVERS", kafka.broker.bootstrapServers()));
        assertThatThrownBy(() -> new RunningWorker(config(yaml, "kafka={bootstrap.servers: a:1, acks: 1}")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "kafka.acks expects to be left to Convoy, as delivery rests on it, but it is set. Maybe remove"
                                + " it.");
        assertThatThrownBy(() -> new RunningWorker(config(yaml, "model=" + folder.resolve("none"))))
                .isInstanceOf(InvalidInputException.class);
    }
}
