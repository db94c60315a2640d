package io.convoy.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.image.Images;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.network.Network;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.serve.OneShot;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.train.Evaluation;
import io.convoy.spark.ImageFolders;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.Datasets;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.report.OneShotLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a zip of JPEGs to a model that knows the names of its classes and what decoded its images. */
@Timeout(240)
final class TrainingOnImagesTest {
    @TempDir
    private Path folder;

    @Test
    void theModelKnowsItsClassesAndItsDecoder() throws IOException {
        ImageFolders.in(folder);
        RunConfig config = ConfigReader.read("images.yaml", """
                name: images
                data:
                  kind: images
                  root: "%s"
                  train: { path: pictures.zip }
                  split: { train: 0.75 }
                  height: 16
                  width: 16
                  levels: 2
                  unreadable: 0.05
                  augmentation:
                    - { kind: shift, pixels: 2, fill: edge }
                    - { kind: flip }
                    - { kind: resizedCrop, minArea: 0.5 }
                    - { kind: rotation, degrees: 5 }
                    - { kind: colorJitter, brightness: 0.1 }
                    - { kind: cutout, size: 3 }
                    - { kind: mixup }
                network: { name: resnet8 }
                training: { epochs: 4, batch: 6, microBatch: 3 }
                optimizer: { kind: sgd, momentum: 0.9 }
                schedule: { kind: constant, rate: 0.05 }
                spark: { master: "local[2]" }
                output: { model: "%s/model", checkpoints: "%s/checkpoints" }
                """.formatted(folder, folder, folder), List.of());
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Evaluation evaluation = TrainingJob.run(
                new TrainingRequest(config, null, false, null),
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                false);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("left out a/dark/bild 24.jpg of pictures.zip: it is empty\n")
                .contains("passed over 1 files of pictures.zip that are no images by their names\n");
        assertThat(evaluation.accuracy().count()).isEqualTo(6);
        ModelCard card = Scoring.read(
                        HadoopFiles.ofThisProcess(), folder.resolve("model").toString())
                .card();
        assertThat(card.head().labels()).containsExactly("a/dark", "a/light", "b/striped");
        assertThat(card.decoder()).isEqualTo(Images.DECODER);
    }

    private RunConfig triplets(String compare, String network) {
        return ConfigReader.read("images.yaml", """
                name: triplets
                data:
                  kind: images
                  root: "%s"
                  train: { path: pictures.zip }
                  test: { path: pictures, only: [a] }
                  channels: 1
                  height: 28
                  width: 28
                  levels: 2
                  unreadable: 0.1
                  compare: %s
                network: %s
                loss: { kind: tripletMargin }
                training: { epochs: 2, batch: 6, microBatch: 3 }
                optimizer: { kind: sgd, momentum: 0.9 }
                schedule: { kind: constant, rate: 0.01 }
                spark: { master: "local[2]" }
                output: { model: "%s/model", checkpoints: "%s/checkpoints" }
                """.formatted(folder, compare, network, folder, folder), List.of());
    }

    private static Evaluation train(RunConfig config, ByteArrayOutputStream printed) {
        return TrainingJob.run(
                new TrainingRequest(config, null, false, null),
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                false);
    }

    @Test
    void aTripletNetworkIsTrainedOnSomeClassesAndItsModelEmbedsImagesOfOthers() throws IOException {
        ImageFolders.in(folder);
        RunConfig config = triplets(
                "{ show: triplets, quarterTurns: true, embedding: 12, oneShot: { ways: 2, episodes: 50 } }",
                "{ name: triplet_conv4 }");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Evaluation evaluation = train(config, printed);
        assertThat(evaluation.confusion()).isEmpty();
        assertThat(evaluation.loss()).isBetween(0.0, 10.0);
        HadoopFiles files = HadoopFiles.ofThisProcess();
        Model model = Scoring.read(files, folder.resolve("model").toString());
        assertThat(model.card().image()).isEqualTo(Shape.of(1, 28, 28));
        assertThat(model.card().preprocessing().mean()).hasSize(1);
        assertThat(model.card().heads()).containsExactly(Head.embedding(12));
        assertThat(model.network().parameters())
                .extracting(Network.Parameter::name)
                .startsWith("backbone.conv1.weight")
                .hasSize(4 * 4 + 2);
        // What a slot found is what the model that was written gives.
        OneShot.Result again = Scoring.oneShot(
                model, config.data(), Datasets.of(config.data(), files).test(), Precision.FLOAT32);
        assertThat(again.embeddings().count()).isEqualTo(50);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("test loss")
                .doesNotContain("test accuracy")
                .contains("\n" + OneShotLine.of(again) + "\nmodel: ");
    }

    @Test
    void whatCanNotBeTestedOrEmbedIsFoundBeforeTheTraining() throws IOException {
        ImageFolders.in(folder);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        assertThatThrownBy(() -> train(
                        triplets("{ show: triplets, oneShot: { ways: 3 } }", "{ name: triplet_lenet5 }"), printed))
                .hasMessageStartingWith("OneShot expects at least 3 classes in each group for 3 ways, but a of the test"
                        + " set has 2.");
        assertThatThrownBy(() -> train(triplets("{ show: triplets }", "{ name: lenet5 }"), printed))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("A network that compares images expects a Split of its input [3, 28, 28] into"
                        + " images of [1, 28, 28] before anything else, but it has conv1, Conv2d[");
        assertThatThrownBy(() ->
                        train(triplets("{ show: triplets, others: same_folder }", "{ name: triplet_lenet5 }"), printed))
                .hasMessage(
                        "Comparison expects at least 2 classes for a TRIPLET, but b of the training set has 1. Maybe"
                                + " let the others come from all classes.");
    }
}
