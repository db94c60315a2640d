package io.convoy.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.data.image.Images;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.train.Evaluation;
import io.convoy.spark.ImageFolders;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.HadoopFiles;
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

    @Test
    void aTripletNetworkIsTrainedOnSomeClassesAndTestedOnOthers() throws IOException {
        ImageFolders.in(folder);
        RunConfig config = ConfigReader.read("images.yaml", """
                name: triplets
                data:
                  kind: images
                  root: "%s"
                  train: { path: pictures.zip }
                  test: { path: pictures, only: [a/light, b] }
                  channels: 1
                  height: 28
                  width: 28
                  levels: 2
                  unreadable: 0.05
                  compare: { show: triplets }
                network: { name: triplet_lenet5 }
                loss: { kind: tripletMargin }
                training: { epochs: 2, batch: 6, microBatch: 3 }
                optimizer: { kind: sgd, momentum: 0.9 }
                schedule: { kind: constant, rate: 0.01 }
                spark: { master: "local[2]" }
                output: { model: "%s/model", checkpoints: "%s/checkpoints" }
                """.formatted(folder, folder, folder), List.of());
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Evaluation evaluation = TrainingJob.run(
                new TrainingRequest(config, null, false, null),
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                false);
        assertThat(evaluation.confusion()).isEmpty();
        assertThat(evaluation.loss()).isBetween(0.0, 10.0);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("test loss")
                .doesNotContain("accuracy");
        ModelCard card = Scoring.read(
                        HadoopFiles.ofThisProcess(), folder.resolve("model").toString())
                .card();
        assertThat(card.image()).isEqualTo(Shape.of(3, 28, 28));
        assertThat(card.preprocessing().mean())
                .hasSize(3)
                .containsOnly(card.preprocessing().mean().get(0));
        assertThat(card.head().labels()).isEmpty();
    }
}
