package io.convoy.spark.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.serve.ImageInput;
import io.convoy.engine.serve.InferenceModel;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.RunFailedException;
import io.convoy.spark.SavedModel;
import io.convoy.spark.kafka.BrokerFixture;
import io.convoy.spark.kafka.EmbeddedBroker;
import io.convoy.spark.message.CorruptImages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job in this JVM, with a real broker. */
@Timeout(400)
final class StreamJobIT {
    private static final List<String> OUTPUTS = List.of("predictions", "dead");

    @TempDir
    private Path folder;

    private BrokerFixture kafka;
    private StreamRun stream;

    @BeforeEach
    void start() throws Exception {
        kafka = new BrokerFixture(EmbeddedBroker.start());
        stream = StreamRun.prepared(folder, kafka, 2);
    }

    @AfterEach
    void end() {
        kafka.close();
    }

    private RunningStream run(String master, String... overrides) {
        return new RunningStream(stream, master, overrides);
    }

    private static String version(Path model) throws IOException {
        return Model.version(ModelFolder.local(model));
    }

    private static float[] scores(byte[] value) {
        float[] scores = new float[value.length / Float.BYTES];
        ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(scores);
        return scores;
    }

    private List<ConsumerRecord<byte[], byte[]>> await(int count) {
        return kafka.committed(OUTPUTS, all -> all.size() >= count);
    }

    @Test
    void predictionsHaveTheBitsOfTheEngineAndOddImagesEndWhereTheyBelong() throws Exception {
        Random random = new Random(11);
        Map<String, byte[]> images = new HashMap<>();
        Map<String, CorruptImages.File> odd = new HashMap<>();
        Map<String, String> unusable = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            byte[] image = StreamRun.png(random);
            images.put(name(kafka.put("images", i % 2, ("k" + i).getBytes(StandardCharsets.UTF_8), image)), image);
        }
        for (CorruptImages.File file : CorruptImages.files().orElse(List.of())) {
            odd.put(name(kafka.put("images", 0, file.name().getBytes(StandardCharsets.UTF_8), file.bytes())), file);
        }
        unusable.put(name(kafka.put("images", 1, new byte[] {1}, null)), "it is a tombstone, a key without a value");
        unusable.put(name(kafka.put("images", 1, null, new byte[0])), "it is empty");
        ProducerRecord<byte[], byte[]> poisoned = new ProducerRecord<>("images", 1, null, new byte[10_000_000]);
        poisoned.headers()
                .add("convoy.offset", "x".getBytes(StandardCharsets.UTF_8))
                .add("mine", null);
        unusable.put(name(kafka.send(poisoned).get(60, TimeUnit.SECONDS)), "it is no image");

        RunningStream running = run("local[2]");
        int count = images.size() + odd.size() + unusable.size();
        List<ConsumerRecord<byte[], byte[]>> written = await(count);
        running.stop();
        assertThat(written).hasSize(count);
        Model model = Model.read(ModelFolder.local(stream.model()));
        ImageInput input = new ImageInput(model.card());
        int equal = 0;
        try (InferenceModel engine = InferenceModel.of(model)) {
            for (ConsumerRecord<byte[], byte[]> record : written) {
                String source = BrokerFixture.source(record);
                assertThat(BrokerFixture.header(record, "convoy.model")).isEqualTo(version(stream.model()));
                Optional<String> reason = record.topic().equals("dead")
                        ? Optional.of(BrokerFixture.header(record, "convoy.reason"))
                        : Optional.empty();
                if (images.containsKey(source)) {
                    float[] values = new float[input.floats()];
                    input.put(input.decode(images.get(source)), values, 0);
                    assertThat(scores(record.value())).as(source).isEqualTo(engine.scores(values, 1));
                    equal++;
                } else if (odd.containsKey(source)) {
                    odd.get(source).check(reason);
                } else {
                    assertThat(reason).get().asString().contains(unusable.get(source));
                }
                if (source.equals(poisoned(unusable))) {
                    assertThat(record.headers().lastHeader("mine").value()).isNull();
                    assertThat(record.value()).hasSize(10_000_000);
                }
            }
        }
        assertThat(equal).isEqualTo(1000);
        assertThat(running.printed())
                .containsPattern("stopped after batch \\d+")
                .contains("streaming: images (2 partitions) to predictions, exactlyOnce, from ")
                .containsPattern("batch \\d+: [0-9,]+ messages, [0-9,]+ a second, p50 [0-9,]+ ms, p99 ");
        assertThat(Pattern.compile("batch \\d+: ([0-9,]+) messages")
                        .matcher(running.printed())
                        .results())
                .as("messages of micro-batches, at most maxOffsetsPerTrigger")
                .extracting(batch -> Integer.parseInt(batch.group(1)))
                // Spark deals them to the partitions in proportion, and rounds down.
                .anyMatch(messages -> messages > 395)
                .allMatch(messages -> messages <= 400);
    }

    private static String poisoned(Map<String, String> unusable) {
        return unusable.entrySet().stream()
                .filter(entry -> entry.getValue().equals("it is no image"))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static String name(RecordMetadata metadata) {
        return metadata.topic() + "-" + metadata.partition() + "-" + metadata.offset();
    }

    @Test
    void modelsAreSwappedAndPartitionsAddedWhileItRuns() throws Exception {
        byte[] image = StreamRun.png(new Random(3));
        String one = version(stream.model());
        RunningStream running = run("local[2]");
        kafka.put("images", 0, null, image);
        await(1);
        SavedModel.classifier(stream.model(), 2);
        String two = version(stream.model());
        kafka.put("images", 0, null, image);
        await(2);
        Files.writeString(stream.model().resolve(Model.WEIGHTS), "broken");
        Files.writeString(stream.model().resolve(Model.CARD), "{}");
        kafka.put("images", 1, null, image);
        await(3);
        kafka.partitions("images", 3);
        kafka.put("images", 2, null, image);
        List<ConsumerRecord<byte[], byte[]>> written = await(4);
        running.stop();
        assertThat(written.stream().map(BrokerFixture::source))
                .containsExactly("images-0-0", "images-0-1", "images-1-0", "images-2-0");
        assertThat(written.stream().map(record -> BrokerFixture.header(record, "convoy.model")))
                .containsExactly(one, two, two, two);
        assertThat(scores(written.get(0).value()))
                .isNotEqualTo(scores(written.get(1).value()));
        assertThat(running.printed())
                .contains("new version of the model: " + two)
                .contains("so " + two + " serves on.");
    }

    @Test
    void anAbTestScoresEachKeyWithItsModel() throws Exception {
        Path other = folder.resolve("other");
        SavedModel.classifier(other, 5);
        byte[] image = StreamRun.png(new Random(3));
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            keys.add("key " + i);
            kafka.put("images", i % 2, keys.get(i).getBytes(StandardCharsets.UTF_8), image);
        }
        RunningStream running = run("local[2]", "abTest.model=" + other, "abTest.share=0.3");
        List<ConsumerRecord<byte[], byte[]>> written = await(200);
        running.stop();
        long second = written.stream()
                .filter(record -> BrokerFixture.header(record, "convoy.model").equals(uncheckedVersion(other)))
                .count();
        assertThat(second).isBetween(35L, 85L);
    }

    private static String uncheckedVersion(Path model) {
        try {
            return version(model);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void failFastStopsAtTheFirstDeadLetter() throws Exception {
        kafka.put("images", 0, null, new byte[0]);
        assertThat(run("local[2]", "deadLetters.failFast=true").failure())
                .isInstanceOf(RunFailedException.class)
                .hasMessage("The message of images-0 at offset 0 expects to be scored, but it is empty, and"
                        + " deadLetters.failFast is true.");
    }

    @Test
    void whatCantRunIsRefusedBeforeSparkStarts() throws Exception {
        assertThat(run("local[2]", "input.topics=[absent]").failure())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "expects the topic absent, but it is not there. Maybe create it: kafka-topics.sh");
        assertThat(run("local[2]", "mode=latency").failure())
                .hasMessageStartingWith("delivery expects atLeastOnce where mode is latency");
        assertThat(run("local[1]", "mode=latency", "delivery=atLeastOnce").failure())
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "mode = latency expects a core for each of the 2 partitions of input.topics, but local[1] has 1."
                                + " Maybe give the job 2 cores, or set mode to throughput.");
    }

    @Test
    void inLatencyModeEachMessageIsHandedOnAtOnce() throws Exception {
        byte[] image = StreamRun.png(new Random(3));
        RunningStream running = run("local[2]", "mode=latency", "delivery=atLeastOnce");
        for (int i = 0; i < 20; i++) {
            kafka.put("images", i % 2, null, i == 5 ? new byte[0] : image);
            int count = i + 1;
            kafka.committed(OUTPUTS, all -> all.size() >= count);
        }
        List<ConsumerRecord<byte[], byte[]>> written = await(20);
        running.stop();
        assertThat(written.stream().map(BrokerFixture::source).distinct()).hasSize(20);
        assertThat(written.stream().filter(record -> record.topic().equals("dead")))
                .hasSize(1);
    }
}
