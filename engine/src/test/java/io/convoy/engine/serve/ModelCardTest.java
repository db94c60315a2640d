package io.convoy.engine.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.Property;
import io.convoy.engine.checkpoint.CheckpointException;
import io.convoy.engine.checkpoint.StoredFile;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ModelCardTest {
    private static final StoredFile WEIGHTS = new StoredFile("weights.safetensors", 248_000, "ab".repeat(32));
    private static final StoredFile GRAPH = new StoredFile("network.json", 1200, "cd".repeat(32));
    private static final ModelCard CARD = card("digits", Shape.of(1, 28, 28), 2, List.of("no", "yes"), 7, 1);
    private static final String JSON = """
            {
              "formatVersion" : 3,
              "name" : "digits",
              "network" : "lenet5",
              "image" : [ 1, 28, 28 ],
              "heads" : [ {
                "name" : "class",
                "kind" : "classes",
                "size" : 2,
                "labels" : [ "no", "yes" ]
              } ],
              "fit" : {
                "shape" : "squash",
                "keep" : 0.875
              },
              "decoder" : "javax.imageio",
              "preprocessing" : {
                "mean" : [ 0.1307 ],
                "standardDeviation" : [ 0.3081 ]
              },
              "testAccuracy" : {
                "correct" : 98,
                "count" : 100
              },
              "step" : 7,
              "epoch" : 1,
              "configurationHash" : "c0ffee",
              "provenance" : {
                "cpu" : "Zen 5",
                "java" : "17"
              },
              "graph" : {
                "name" : "network.json",
                "bytes" : 1200,
                "sha256" : "%s"
              },
              "weights" : {
                "name" : "weights.safetensors",
                "bytes" : 248000,
                "sha256" : "%s"
              }
            }
            """.formatted("cd".repeat(32), "ab".repeat(32));

    private static ModelCard card(String name, Shape image, int classes, List<String> labels, long step, long epoch) {
        return new ModelCard(
                name,
                "lenet5",
                image,
                List.of(Head.classes(classes, labels)),
                new Fit(Fit.Kind.SQUASH, 0.875),
                "javax.imageio",
                new Preprocessing(List.of(0.1307f), List.of(0.3081f)),
                new Accuracy(98, 100),
                step,
                epoch,
                "c0ffee",
                new TreeMap<>(Map.of("java", "17", "cpu", "Zen 5")));
    }

    private static ModelFile parse(String json) {
        return ModelFile.parse("m/model.json", json.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(String json, String message) {
        assertThatThrownBy(() -> {
                    ModelFile file = parse(json);
                    file.card("m/model.json");
                    file.weightsFile("m/model.json");
                })
                .isInstanceOf(CheckpointException.class)
                .hasMessage(message);
    }

    @Test
    void aCardIsReadableJson() {
        assertThat(new String(ModelFile.of(CARD, GRAPH, WEIGHTS).toJson(), StandardCharsets.UTF_8))
                .isEqualTo(JSON);
    }

    @Test
    void aCardComesBackAsItWas() {
        ModelFile file = parse(JSON);
        assertThat(file.card("m")).isEqualTo(CARD);
        assertThat(file.graphFile("m")).isEqualTo(GRAPH);
        assertThat(file.weightsFile("m")).isEqualTo(WEIGHTS);
        ModelCard bare = new ModelCard(
                "Ziffern “β”",
                "resnet8",
                Shape.of(1, 1, 1),
                List.of(Head.classes(1, List.of()), Head.embedding(4)),
                new Fit(Fit.Kind.CROP, 1),
                "",
                Preprocessing.unit(1),
                Accuracy.NONE,
                0,
                0,
                "",
                new TreeMap<>());
        assertThat(parse(new String(ModelFile.of(bare, GRAPH, WEIGHTS).toJson(), StandardCharsets.UTF_8))
                        .card("m"))
                .isEqualTo(bare);
    }

    @Test
    void preprocessingKeepsItsBits() {
        RandomStream random = Property.seed(ModelCardTest.class).stream();
        for (int round = 0; round < 500; round++) {
            float mean = Float.intBitsToFloat((int) random.nextLong());
            float deviation = Math.abs(Float.intBitsToFloat((int) random.nextLong()));
            if (!Float.isFinite(mean) || !Float.isFinite(deviation) || deviation == 0) {
                continue;
            }
            Preprocessing preprocessing = new Preprocessing(List.of(mean), List.of(deviation));
            ModelCard card = new ModelCard(
                    "m",
                    "lenet5",
                    Shape.of(1, 28, 28),
                    List.of(Head.classes(10, List.of())),
                    new Fit(Fit.Kind.CROP, 1),
                    "",
                    preprocessing,
                    Accuracy.NONE,
                    0,
                    0,
                    "",
                    new TreeMap<>());
            byte[] json = ModelFile.of(card, GRAPH, WEIGHTS).toJson();
            assertThat(ModelFile.parse("m", json).card("m").preprocessing()).isEqualTo(preprocessing);
        }
    }

    @Test
    void keysThatAreMissingUnknownOrTwiceThereAreRefused() {
        refused(JSON.replace("  \"step\" : 7,\n", ""), "m/model.json expects the key \"step\", but it is missing.");
        refused(
                JSON.replace("\"epoch\"", "\"era\" : 1, \"epoch\""),
                "m/model.json expects no key \"era\", but it is there. Maybe it was written by a later Convoy.");
        refused(
                JSON.replace("\"correct\"", "\"wrong\" : 2, \"correct\""),
                "m/model.json expects no key \"testAccuracy.wrong\", but it is there. Maybe it was written by a later"
                        + " Convoy.");
        refused(
                JSON.replace("\"epoch\"", "\"step\" : 7, \"epoch\""),
                "m/model.json expects a model in JSON, but it is not: Duplicate field 'step'.");
        refused(JSON + "{}", "m/model.json expects a model in JSON and nothing behind it, but there is more.");
    }

    @Test
    void valuesOfAnotherKindAreRefused() {
        assertThatThrownBy(() -> parse(JSON.replace("\"step\" : 7", "\"step\" : 7.5")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("m/model.json expects another value as \"step\": ");
        assertThatThrownBy(() -> parse(JSON.replace("\"step\" : 7", "\"step\" : \"7\"")))
                .hasMessageStartingWith("m/model.json expects another value as \"step\": ");
        assertThatThrownBy(() -> parse(JSON.replace("[ 1, 28, 28 ]", "[ 1, 28, \"x\" ]")))
                .hasMessageStartingWith("m/model.json expects another value as \"image[2]\": ");
        assertThatThrownBy(() -> parse(JSON.replace("\"count\" : 100", "\"count\" : null")))
                .hasMessageStartingWith("m/model.json expects another value as \"testAccuracy.count\": ");
        assertThatThrownBy(() -> parse(JSON.replace("\"no\"", "null")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("m/model.json expects another value as \"heads[0].labels");
        refused(
                JSON.replace("\"correct\" : 98", "\"correct\" : 980"),
                "m/model.json is not a model that can be used. Accuracy expects 0 … 100 correct of 100, but it got 980.");
        refused(
                JSON.replace("\"weights.safetensors\"", "\"../weights\""),
                "m/model.json is not a model that can be used. A checkpoint's file expects a name of letters, digits,"
                        + " '.', '_' and '-' that does not start with '.', but it got \"../weights\".");
        refused(
                JSON.replace("[ 1, 28, 28 ]", "[ 1, 28 ]"),
                "m/model.json is not a model that can be used. ModelCard of digits expects images of [C, H, W], but"
                        + " they are [1, 28].");
    }

    @Test
    void anotherFormatAndWhatIsNoModelAreRefused() {
        refused(
                JSON.replace("\"formatVersion\" : 3", "\"formatVersion\" : 4"),
                "m/model.json expects a model of format version 3, but it has 4. Maybe it was written by a later"
                        + " Convoy, or is another file.");
        refused(
                "[]",
                "m/model.json expects a model of format version 3, but it has none. Maybe it was written by a later"
                        + " Convoy, or is another file.");
        refused(
                "",
                "m/model.json expects a model of format version 3, but it has none. Maybe it was written by a later"
                        + " Convoy, or is another file.");
        assertThatThrownBy(() -> parse("{\"formatVersion\" : 3"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("m/model.json expects a model in JSON, but it is not: ");
        assertThatThrownBy(() -> ModelFile.parse("m/model.json", new byte[] {(byte) 0xFF}))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("m/model.json expects a model in UTF-8, but it has other bytes.");
    }

    @Test
    void impossibleCardsAreRefused() {
        Shape image = Shape.of(1, 28, 28);
        assertThatThrownBy(() -> card(" ", image, 2, List.of(), 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ModelCard expects a name and a network's name, but it got \" \" and \"lenet5\".");
        assertThatThrownBy(() -> card("m", Shape.of(3, 28, 28), 2, List.of(), 0, 0))
                .hasMessage("ModelCard of m expects preprocessing for the 3 channels of its images, but it is for 1.");
        assertThatThrownBy(() -> card("m", Shape.of(784), 2, List.of(), 0, 0))
                .hasMessage("ModelCard of m expects images of [C, H, W], but they are [784].");
        assertThatThrownBy(() -> card("m", image, 2, List.of(), -1, 0))
                .hasMessage("ModelCard of m expects step ≥ 0 and epoch ≥ 0, but it got step -1 and epoch 0.");
    }

    @Test
    void cardsWithoutHeadsOrWithTwoOfOneNameAreRefused() {
        assertThatThrownBy(() -> withHeads(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ModelCard of m expects at least 1 head, each with a name of its own, but they are [].");
        assertThatThrownBy(() -> withHeads(Collections.nCopies(2, Head.embedding(3))))
                .hasMessage("ModelCard of m expects at least 1 head, each with a name of its own, but they are"
                        + " [embedding, embedding].");
        refused(
                JSON.replace("\"kind\" : \"classes\"", "\"kind\" : \"Classes\""),
                "m/model.json is not a model that can be used. It expects one of [classes, values], but it got"
                        + " \"Classes\".");
    }

    private static ModelCard withHeads(List<Head> heads) {
        return new ModelCard(
                "m",
                "lenet5",
                Shape.of(1, 28, 28),
                heads,
                new Fit(Fit.Kind.CROP, 1),
                "",
                Preprocessing.unit(1),
                Accuracy.NONE,
                0,
                0,
                "",
                new TreeMap<>());
    }
}
