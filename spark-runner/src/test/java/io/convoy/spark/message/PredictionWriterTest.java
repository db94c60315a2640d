package io.convoy.spark.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What consumers get. */
class PredictionWriterTest {
    private static final Head ANIMAL = Head.classes(3, List.of("cat", "dog", "newt"));
    private static final Coordinates SOURCE = new Coordinates("images", 3, 17, 1_000);

    private static ModelCard card(Head... heads) {
        return Inputs.card(Shape.of(3, 6, 5), heads);
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    @Test
    void aPredictionIsOneLineInADocumentedOrder() {
        PredictionWriter writer = new PredictionWriter(card(ANIMAL), "0123456789abcdef", 2, OutputFormat.JSON);
        assertThat(text(writer.write(SOURCE, "my \"id\"", new float[] {9, 0, 1, 0, 9}, 1, 1_001, 1_005)))
                .isEqualTo(
                        "{\"id\":\"my \\\"id\\\"\",\"label\":\"dog\",\"top\":[{\"label\":\"dog\",\"probability\":0.57611686},"
                                + "{\"label\":\"cat\",\"probability\":0.21194156}],"
                                + "\"model\":{\"name\":\"small\",\"version\":\"0123456789abcdef\"},"
                                + "\"source\":{\"topic\":\"images\",\"partition\":3,\"offset\":17},"
                                + "\"times\":{\"record\":1000,\"received\":1001,\"scored\":1005}}");
    }

    @Test
    void furtherHeadsFollowUnderTheirNames() {
        PredictionWriter writer = new PredictionWriter(
                card(ANIMAL, new Head("letter", Head.Kind.CLASSES, 2, List.of("a", "b")), Head.embedding(2)),
                "v",
                1,
                OutputFormat.JSON);
        assertThat(text(writer.write(SOURCE, null, new float[] {0, 0, 100, 0, 100, 0.1f, -2.5f}, 0, 1, 2)))
                .isEqualTo(
                        "{\"id\":\"images-3-17\",\"label\":\"newt\",\"top\":[{\"label\":\"newt\",\"probability\":1.0}],"
                                + "\"heads\":{\"letter\":{\"label\":\"b\",\"top\":[{\"label\":\"b\",\"probability\":1.0}]},"
                                + "\"embedding\":{\"values\":[0.1,-2.5]}},"
                                + "\"model\":{\"name\":\"small\",\"version\":\"v\"},"
                                + "\"source\":{\"topic\":\"images\",\"partition\":3,\"offset\":17},"
                                + "\"times\":{\"record\":1000,\"received\":1,\"scored\":2}}");
    }

    @Test
    void valuesStandInPlaceOfALabel() {
        PredictionWriter writer = new PredictionWriter(card(Head.embedding(2)), "v", 5, OutputFormat.JSON);
        assertThat(text(writer.write(SOURCE, null, new float[] {1, 2}, 0, 1, 2)))
                .startsWith("{\"id\":\"images-3-17\",\"values\":[1.0,2.0],\"model\":");
    }

    @Test
    void classesWithoutNamesAreNumbered() {
        PredictionWriter writer = new PredictionWriter(card(Head.classes(2, List.of())), "v", 9, OutputFormat.JSON);
        assertThat(text(writer.write(SOURCE, null, new float[] {0, 100}, 0, 1, 2)))
                .contains("\"label\":\"1\",\"top\":[{\"label\":\"1\",\"probability\":1.0},{\"label\":\"0\",");
    }

    @Test
    void aHeadThatIsNotOnTheCardIsWritten() {
        Head node = new Head("flatten", Head.Kind.VALUES, 2, List.of());
        PredictionWriter writer = new PredictionWriter(card(ANIMAL), List.of(node), "v", 1, OutputFormat.SCORES);
        assertThat(writer.write(SOURCE, null, new float[] {1, 2}, 0, 1, 2)).hasSize(8);
    }

    @Test
    void scoresAreLittleEndianFloats() {
        PredictionWriter writer = new PredictionWriter(card(ANIMAL), "v", 1, OutputFormat.SCORES);
        byte[] value = writer.write(SOURCE, "x", new float[] {9, 1, -2.5f, 1e-9f, 9}, 1, 1, 2);
        assertThat(value).hasSize(12);
        ByteBuffer read = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(new float[] {read.getFloat(), read.getFloat(), read.getFloat()})
                .containsExactly(1, -2.5f, 1e-9f);
    }

    @Test
    void numbersReadBackToTheSameBits() throws IOException {
        long seed = Long.getLong("convoy.test.seed", System.nanoTime());
        System.out.println("PredictionWriterTest: -Dconvoy.test.seed=" + seed);
        Random random = new Random(seed);
        PredictionWriter writer = new PredictionWriter(card(ANIMAL, Head.embedding(4)), "v", 3, OutputFormat.JSON);
        JsonMapper mapper = new JsonMapper();
        for (int round = 0; round < 200; round++) {
            float[] scores = new float[7];
            for (int i = 0; i < 7; i++) {
                scores[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(5) - 2));
            }
            JsonNode value = mapper.readTree(writer.write(SOURCE, null, scores, 0, 1, 2));
            float[] probabilities = ANIMAL.probabilities(scores, 0);
            for (JsonNode choice : value.get("top")) {
                int index = ANIMAL.labels().indexOf(choice.get("label").textValue());
                assertThat(Float.parseFloat(choice.get("probability").asText())).isEqualTo(probabilities[index]);
            }
            for (int i = 0; i < 4; i++) {
                assertThat(Float.parseFloat(
                                value.at("/heads/embedding/values/" + i).asText()))
                        .isEqualTo(scores[3 + i]);
            }
        }
    }

    @Test
    void scoresThatAreNotFiniteMakeNoPrediction() {
        for (OutputFormat format : OutputFormat.values()) {
            PredictionWriter writer = new PredictionWriter(card(ANIMAL), "v", 1, format);
            float[] scores = {0, Float.NaN, 1, Float.POSITIVE_INFINITY, 5, 6};
            assertThatThrownBy(() -> writer.write(SOURCE, null, scores, 0, 1, 2))
                    .isInstanceOf(UnusableMessageException.class)
                    .hasMessage("the model's score 1 of it is NaN, which is no finite number");
            assertThatThrownBy(() -> writer.write(SOURCE, null, scores, 2, 1, 2))
                    .hasMessage("the model's score 1 of it is Infinity, which is no finite number");
        }
    }

    @Test
    void atLeastOneClassIsTold() {
        assertThatThrownBy(() -> new PredictionWriter(card(ANIMAL), "v", 0, OutputFormat.JSON))
                .hasMessage("PredictionWriter expects topK ≥ 1, but it got 0.");
    }
}
