package io.convoy.spark.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.kernel.Precision;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.spark.DrawnImages;
import io.convoy.spark.SavedModel;
import io.convoy.spark.ThisCpu;
import io.convoy.spark.kafka.KafkaClients;
import io.convoy.spark.kafka.KafkaSettings;
import io.convoy.spark.message.Coordinates;
import io.convoy.spark.message.KeySplit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RecordScorerTest {
    private static final int IMAGES = 100;

    @TempDir
    private Path folder;

    private BatchModels.Place save(String name, long seed) throws IOException {
        Path path = folder.resolve(name);
        SavedModel.classifier(path, seed);
        return new BatchModels.Place(path.toString(), Model.version(ModelFolder.local(path)));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void bothModelsOfAnAbTestScoreWithTheEnginesBitsInThePrecisionOfTheConfiguration(Precision precision)
            throws IOException {
        ThisCpu.assumeComputes(precision);
        BatchModels models = new BatchModels(save("one", 1), save("two", 2));
        Plan plan = Plan.of(
                new StreamRun(folder, Map.of("bootstrap.servers", "unused:1"))
                        .config(
                                "precision=" + precision.name().toLowerCase(Locale.ROOT),
                                "abTest.model=other",
                                "abTest.share=0.5"),
                new KafkaClients(KafkaSettings.of(Map.of())),
                "group");
        DrawnImages drawn = DrawnImages.of(IMAGES);
        List<Incoming> messages = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            byte[] key = ("key " + i).getBytes(StandardCharsets.UTF_8);
            messages.add(new Incoming(
                    new Coordinates("images", 0, i, 0),
                    key,
                    drawn.files().get(i).bytes(),
                    List.of()));
        }
        List<float[]> one = drawn.scores(folder.resolve("one"), precision);
        List<float[]> two = drawn.scores(folder.resolve("two"), precision);
        int second = 0;
        try (RecordScorer scorer = new RecordScorer(plan, models, new Tally())) {
            List<Outgoing> scored = scorer.score(messages);
            assertThat(scored).hasSize(IMAGES);
            for (int i = 0; i < IMAGES; i++) {
                Incoming message = messages.get(i);
                boolean other = new KeySplit(0.5).second(message.key(), message.source());
                second += other ? 1 : 0;
                float[] expected = (other ? two : one).get(i);
                ByteBuffer value =
                        ByteBuffer.allocate(Float.BYTES * expected.length).order(ByteOrder.LITTLE_ENDIAN);
                value.asFloatBuffer().put(expected);
                assertThat(scored.get(i).value()).as("image %s", i).isEqualTo(value.array());
            }
        }
        assertThat(second).isBetween(1, IMAGES - 1);
    }
}
