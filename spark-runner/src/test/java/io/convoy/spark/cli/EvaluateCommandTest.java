package io.convoy.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.data.image.Images;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.engine.tensor.Shape;
import io.convoy.spark.ImageFolders;
import io.convoy.spark.ThisCpu;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvaluateCommandTest {
    private static final Shape IMAGE = Shape.of(1, 8, 8);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int evaluate(String... settings) throws IOException {
        Path config = folder.resolve("config.yaml");
        Files.writeString(config, """
                name: pictures
                data:
                  kind: images
                  root: "%s"
                  train: { path: pictures }
                  test: { path: pictures, only: [a] }
                  channels: 1
                  height: 8
                  width: 8
                  levels: 2
                  unreadable: 0.1
                  compare: { show: pairs, oneShot: { ways: 2, episodes: 300 } }
                network: { name: siamese_lenet5 }
                training: { epochs: 1, batch: 4, microBatch: 4 }
                optimizer: { kind: sgd }
                schedule: { kind: constant, rate: 0.1 }
                output: { model: m, checkpoints: c }
                """.formatted(folder));
        String[] arguments = {"evaluate", folder.resolve("model").toString(), config.toString()};
        return Convoy.commandLine((request, stream) -> {})
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(Arrays.stream(arguments), Arrays.stream(settings))
                        .toArray(String[]::new));
    }

    /** A model that tells 4 numbers, drawn from the image. */
    private void save(Head head) throws IOException {
        Network network = linear(4);
        save(head, network, 0.5f, Layouts.initialWeights(network, Layouts.parameters(network, 1), new Seed(3)));
    }

    private static Network linear(int outputs) {
        Network.Builder builder = Network.builder();
        Network.Port x = builder.add("flatten", new Flatten(), builder.input("image", IMAGE));
        return builder.output(builder.add("fc", Linear.of(64, outputs), x)).build();
    }

    private void save(Head head, Network network, float mean, float[] weights) throws IOException {
        ImageFolders.in(folder);
        ModelCard card = new ModelCard(
                "tiny",
                "tinynet",
                IMAGE,
                List.of(head),
                new Fit(Fit.Kind.CROP, 1),
                Images.DECODER,
                new Preprocessing(List.of(mean), List.of(0.25f)),
                Accuracy.NONE,
                0,
                0,
                "c0ffee",
                new TreeMap<>());
        new Model(card, network, weights, new float[0]).writeTo(ModelFolder.local(folder.resolve("model")));
    }

    @Test
    void aModelThatEmbedsImagesIsTestedByOneShotClassification() throws IOException {
        save(Head.embedding(4));
        assertThat(evaluate()).as(err.toString()).isZero();
        // Dark pictures and light ones are easy to tell apart.
        assertThat(out.toString())
                .isEqualTo("2-way one-shot accuracy 100.0 % (95 % interval 98.7 … 100.0 %) in 300 episodes; by the"
                        + " distance of pixels 100.0 %, by chance 50.0 %" + System.lineSeparator());
    }

    @Test
    void aModelIsTestedInThePrecisionThatIsAskedFor() throws IOException {
        ThisCpu.assumeComputes(Precision.BFLOAT16);
        // Pixels become numbers between 4,000 and 4,004, of which bfloat16 holds 4,000 alone.
        Network embedding = linear(4);
        save(
                Head.embedding(4),
                embedding,
                -1000,
                Layouts.initialWeights(embedding, Layouts.parameters(embedding, 1), new Seed(3)));
        assertThat(evaluate()).as(err::toString).isZero();
        assertThat(evaluate("--precision", "bfloat16")).as(err::toString).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("2-way one-shot accuracy 100.0 %");
        assertThat(lines.get(1)).matches("2-way one-shot accuracy [45].*").contains("pixels 100.0 %");

        // The second class is a little ahead of the first, but by less than bfloat16 tells; of equals the first is
        // taken.
        Network classifier = linear(3);
        ParameterLayout layout = Layouts.parameters(classifier, 1);
        int first = layout.entry("fc.weight").offset();
        float[] weights = new float[layout.length()];
        Arrays.fill(weights, first, first + 64, 1);
        Arrays.fill(weights, first + 64, first + 128, 1 + 0x1p-9f);
        save(Head.classes(3, List.of("a/dark", "a/light", "b/striped")), classifier, 0, weights);
        String[] all = {"--set", "data.compare=", "--set", "data.test={ path: pictures }", "--precision", "float32"};
        assertThat(evaluate(all)).as(err::toString).isZero();
        assertThat(out.toString()).containsPattern("a/light +33.33% +100.00%").doesNotContainPattern("a/dark +33.33%");
        all[5] = "bfloat16";
        out.getBuffer().setLength(0);
        assertThat(evaluate(all)).as(err::toString).isZero();
        assertThat(out.toString()).containsPattern("a/dark +33.33% +100.00%").doesNotContainPattern("a/light +33.33%");
        assertThat(evaluate("--precision", "float")).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "--precision expects one of float32, bfloat16, but it is float. Maybe you mean float32.");
    }

    @Test
    void whatCanNotBeAskedIsOneLine() throws IOException {
        save(Head.embedding(4));
        assertThat(evaluate("--set", "data.compare.oneShot.ways=3")).isEqualTo(2);
        assertThat(evaluate("--set", "data.compare={ show: pairs }")).isEqualTo(2);
        save(Head.classes(4, List.of()));
        assertThat(evaluate()).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "OneShot expects at least 3 classes in each group for 3 ways, but a of the test set has 2. Maybe"
                                + " take fewer ways, or leave that group out of the test set.",
                        "data.compare.oneShot is expected to say how model tiny, which embeds images, is tested, but it"
                                + " is missing. Maybe add oneShot: { ways: 20 }.",
                        "Model tiny expects to be asked for its class, but the configuration compares images, which asks"
                                + " for an embedding. Maybe it belongs to another configuration.");
    }
}
