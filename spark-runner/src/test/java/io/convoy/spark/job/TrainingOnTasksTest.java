package io.convoy.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.kernel.Precision;
import io.convoy.engine.metric.TaskScore;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.Model;
import io.convoy.engine.train.Evaluation;
import io.convoy.spark.ImageFolders;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.Datasets;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.report.Figures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a configuration with several tasks to a model that tells all of them. */
@Timeout(240)
final class TrainingOnTasksTest {
    private static final String FOLDERS = "levels: 2, labels: { kind: folders, tasks:"
            + " [ { name: letter, levels: [1] }, { name: look, levels: [1, 2] } ] }";
    private static final String TABLE =
            "labels: { kind: csv, file: labels.csv, classes: [shade, folder], numbers: [brightness] }";

    @TempDir
    private Path folder;

    @BeforeEach
    void images() throws IOException {
        ImageFolders.in(folder);
        StringBuilder table = new StringBuilder("path,shade,brightness,folder\n");
        for (int i = 0; i < 24; i++) {
            table.append(new String[] {"a/dark", "a/light", "b/striped"}[i % 3])
                    .append("/bild ")
                    .append(i)
                    .append(".jpg,")
                    .append(new String[] {"dark,-1,a", "bright,1,a", "mixed,0,b"}[i % 3])
                    .append('\n');
        }
        Files.writeString(folder.resolve("labels.csv"), table);
    }

    private RunConfig config(String labels, String... overrides) {
        return ConfigReader.read("tasks.yaml", """
                name: tasks
                data:
                  { kind: images, root: "%s", train: { path: pictures.zip }, split: { train: 0.75 },
                    height: 28, width: 28, unreadable: 0.05, %s }
                network: { name: lenet5 }
                training: { epochs: 10, batch: 6, microBatch: 3 }
                optimizer: { kind: sgd, momentum: 0.9 }
                schedule: { kind: constant, rate: 0.01 }
                spark: { master: "local[2]" }
                output: { model: "%s/model", checkpoints: "%s/checkpoints" }
                """.formatted(folder, labels, folder, folder), List.of(overrides));
    }

    private String train(RunConfig config, List<Evaluation> last) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        last.add(TrainingJob.run(
                new TrainingRequest(config, null, false, null),
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                false));
        return printed.toString(StandardCharsets.UTF_8);
    }

    private Model model() {
        return Scoring.read(HadoopFiles.ofThisProcess(), folder.resolve("model").toString());
    }

    @Test
    void foldersAreTasksThatOneNetworkLearnsTogether() {
        RunConfig config = config(FOLDERS);
        List<Evaluation> last = new ArrayList<>();
        String printed = train(config, last);
        Evaluation evaluation = last.get(0);
        assertThat(printed)
                .containsPattern(
                        "epoch 10/10: test accuracy of letter \\d+\\.\\d\\d %, accuracy of look \\d+\\.\\d\\d %,"
                                + " test loss \\d+\\.\\d{4}\n")
                .containsPattern(
                        "\ntest accuracy of letter \\d+\\.\\d\\d % on 6 images\ntest accuracy of look \\d+\\.\\d\\d % on 6"
                                + " images\n");
        // Two terms, and pictures that are easy to tell apart.
        assertThat(evaluation.losses()).hasSize(2);
        assertThat(evaluation.tasks())
                .allSatisfy(task -> assertThat(((TaskScore.Classes) task)
                                .confusion()
                                .accuracy()
                                .value())
                        .isGreaterThan(0.6));
        Model model = model();
        assertThat(model.card().heads())
                .containsExactly(
                        new Head("letter", Head.Kind.CLASSES, 2, List.of("a", "b")),
                        new Head("look", Head.Kind.CLASSES, 3, List.of("a/dark", "a/light", "b/striped")));
        assertThat(model.card().testAccuracy()).isEqualTo(evaluation.accuracy());
        // What the run measured, the model scores.
        HadoopFiles files = HadoopFiles.ofThisProcess();
        List<TaskScore> scores =
                Scoring.scores(model, Datasets.of(config.data(), files).test(), Precision.FLOAT32);
        assertThat(scores.stream().map(Figures::line).toList()).isEqualTo(Figures.lines(evaluation));
        RunConfig other = config(FOLDERS.replace("look", "lock"));
        assertThatThrownBy(() ->
                        Scoring.scores(model, Datasets.of(other.data(), files).test(), Precision.FLOAT32))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "Model tasks expects images of [3, 28, 28] in letter (2 classes), look (3 classes), but those"
                                + " of the training set, to test on are [3, 28, 28] in letter (2 classes), lock (3 classes).");
    }

    @Test
    void aTableGivesClassesAndNumbersWhoseWeightsAreLearned() {
        RunConfig config = config(TABLE, "loss={kind: uncertaintyWeighted}", "training.evaluateEvery=10");
        List<Evaluation> last = new ArrayList<>();
        String printed = train(config, last);
        Evaluation evaluation = last.get(0);
        assertThat(printed)
                .containsPattern(
                        "epoch 10/10: test accuracy of shade \\d+\\.\\d\\d %, accuracy of folder \\d+\\.\\d\\d %,"
                                + " mean absolute error of brightness \\d\\.\\d{4}, test loss -?\\d+\\.\\d{4}\n")
                .containsPattern("\ntest mean absolute error of brightness \\d\\.\\d{4} on 6 images\n");
        assertThat(evaluation.losses()).hasSize(4);
        TaskScore.Numbers brightness = (TaskScore.Numbers) evaluation.tasks().get(2);
        // Who always says 0 is wrong by two thirds.
        assertThat(brightness.meanAbsoluteError()).isBetween(0.0, 0.6);
        Model model = model();
        assertThat(model.card().heads().get(2)).isEqualTo(new Head("brightness", Head.Kind.VALUES, 1, List.of()));
        assertThat(model.network().outputs()).hasSize(4);
        List<TaskScore> scores = Scoring.scores(
                model, Datasets.of(config.data(), HadoopFiles.ofThisProcess()).test(), Precision.FLOAT32);
        assertThat(scores.stream().map(Figures::line).toList()).isEqualTo(Figures.lines(evaluation));
    }

    @Test
    void aDescribedNetworkHasAnOutputForEachTask() {
        String nodes = """
                network={ nodes: [ { name: conv, kind: conv2d, out: 4, kernel: 3, stride: 2 }, { name: relu, kind: relu },
                { name: flatten, kind: flatten }, { name: shades, kind: linear, out: classes.shade },
                { name: folders, kind: linear, inputs: flatten, out: classes.folder },
                { name: level, kind: linear, inputs: flatten, out: classes.brightness } ], outputs: OUTPUTS }""".replace("\n", " ");
        assertThat(recipe(config(TABLE, nodes.replace("OUTPUTS", "[shades, folders, level]")))
                        .plan()
                        .network()
                        .parameterCount())
                .isEqualTo(4 * 28 + (4 * 169 + 1) * 6);
        assertThatThrownBy(() -> recipe(config(TABLE, nodes.replace("OUTPUTS", "[shades, level, folders]"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("network.outputs expects an output for each task of the data, in the order shade [3],"
                        + " folder [2], brightness [1], but output 1 is [1].");
        assertThatThrownBy(() -> recipe(config(TABLE, nodes.replace("OUTPUTS", "shades"))))
                .hasMessageEndingWith("but output 1 is missing.");
        assertThatThrownBy(() -> recipe(config(TABLE, nodes.replace("classes.folder", "classes"))))
                .hasMessageEndingWith("out expects a whole number or one of classes.brightness, classes.folder,"
                        + " classes.shade, but it got classes.");
        assertThatThrownBy(() -> recipe(config(TABLE, "network.name=squeezenet1_1")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(
                        "TaskHeads expects a network of 1 input that ends with a Linear, whose place the"
                                + " heads take, but it has 1 and ends with ");
    }

    private static Recipe recipe(RunConfig config) {
        Datasets data = Datasets.of(config.data(), HadoopFiles.ofThisProcess());
        return Recipe.of(config, data, Recipe.preprocessing(config, data.train()));
    }
}
