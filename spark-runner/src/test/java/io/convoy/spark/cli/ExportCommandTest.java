package io.convoy.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.onnx.OnnxImport;
import io.convoy.engine.onnx.OnnxNetwork;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExportCommandTest {
    private static final Shape IMAGE = Shape.of(1, 4, 4);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        return Convoy.commandLine((request, stream) -> {})
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /** A model with a second output that only training looks at. */
    private Model saved(Layer middle) throws IOException {
        Network.Builder builder = Network.builder();
        Port x = builder.input("image", IMAGE);
        x = builder.add("conv", Conv2d.of(1, 2, 3), x);
        x = builder.add("middle", middle, x);
        x = builder.add("flatten", new Flatten(), x);
        Port auxiliary = builder.add("auxiliary", Linear.of(8, 2), x);
        x = builder.add("fc", Linear.of(8, 2), x);
        Network network = builder.output(x).output(auxiliary).build();
        ModelCard card = new ModelCard(
                "tiny",
                "tinynet",
                IMAGE,
                List.of(Head.classes(2, List.of("cat", "dog"))),
                new Fit(Fit.Kind.CROP, 1),
                "",
                new Preprocessing(List.of(0.5f), List.of(0.25f)),
                Accuracy.NONE,
                0,
                0,
                "c0ffee",
                new TreeMap<>());
        Model model = new Model(
                card,
                network,
                Layouts.initialWeights(network, Layouts.parameters(network, 1), new Seed(2)),
                Layouts.statistics(network).initial());
        model.writeTo(ModelFolder.local(folder.resolve("model")));
        return model;
    }

    @Test
    void aTrainedModelBecomesAnOnnxFileWithItsLabelsAndPreprocessing() throws IOException {
        Model model = saved(BatchNorm2d.of(2));
        Path file = folder.resolve("out/m.onnx");
        assertThat(run("export", "--model", folder.resolve("model").toString(), "--output", file.toString()))
                .as(err::toString)
                .isZero();
        assertThat(out.toString()).isEqualTo("wrote tiny to " + file + System.lineSeparator());
        OnnxNetwork read = OnnxImport.of().read(file);
        assertThat(read.network().parameters())
                .isEqualTo(model.network().upTo(0).parameters());
        assertThat(read.network().outputs()).containsExactly(new Port("fc", 0));
        int conv = 2 * 9;
        for (int i = 0; i < conv; i++) {
            assertThat(read.weights()[i]).isEqualTo(model.weights()[i]);
        }
        assertThat(read.metadata())
                .containsEntry("name", "tiny")
                .containsEntry("network", "tinynet")
                .containsEntry("classes", "2")
                .containsEntry("labels", "[\"cat\",\"dog\"]")
                .containsEntry("mean", "[0.5]")
                .containsEntry("standardDeviation", "[0.25]");
    }

    @Test
    void whatCannotBeExportedIsToldInOneLineAndLeavesNothingBehind() throws IOException {
        saved(BatchNorm2d.of(2).withoutRunningStatistics());
        Path file = folder.resolve("m.onnx");
        assertThat(run("export", "--model", folder.resolve("model").toString(), "--output", file.toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        "Node middle, BatchNorm2d[channels=2], expects to be exported, but it normalises by the batch's"
                                + " own statistics, which inference in ONNX doesn't. Maybe train with running statistics."
                                + System.lineSeparator());
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("model"));
        }
    }

    @Test
    void aModelThatIsNotThereIsToldInOneLine() {
        assertThat(run("export", "--model", folder.resolve("none").toString(), "--output", "m.onnx"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("none").endsWith("." + System.lineSeparator());
        assertThat(run("export", "--output", "m.onnx")).isEqualTo(2);
    }
}
