package io.convoy.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.DataException;
import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.TaskTarget;
import io.convoy.engine.tensor.Shape;
import io.convoy.spark.ImageFolders;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatasetsTest {
    private static final String SPLIT = "split: { train: 0.75 }, height: 20, width: 10, levels: 2, unreadable: 0.1";

    @TempDir
    private Path folder;

    @Test
    void aFolderAndAnArchiveOfTheSameImagesAreTheSameData() throws IOException {
        ImageFolders.in(folder);
        Datasets fromFolder = read("kind: images, train: { path: pictures }, " + SPLIT);
        Datasets fromArchive = read("kind: images, train: { path: pictures.zip }, " + SPLIT);
        assertThat(fromFolder.train().sampleShape()).isEqualTo(Shape.of(3, 20, 10));
        assertThat(fromFolder.train().classNames()).containsExactly("a/dark", "a/light", "b/striped");
        assertThat(fromFolder.train().size()).isEqualTo(18);
        assertThat(fromFolder.test().size()).isEqualTo(6);
        assertThat(contents(fromArchive.train())).isEqualTo(contents(fromFolder.train()));
        assertThat(contents(fromArchive.test())).isEqualTo(contents(fromFolder.test()));
        assertThat(fromFolder.notes()).containsExactly("left out a/dark/bild 24.jpg of pictures: it is empty");
        assertThat(fromArchive.notes())
                .containsExactly(
                        "left out a/dark/bild 24.jpg of pictures.zip: it is empty",
                        "passed over 1 files of pictures.zip that are no images by their names");
    }

    @Test
    void testImagesMayBeGivenAndAreOfTheSameClasses() throws IOException {
        ImageFolders.in(folder);
        String rest = ", channels: 1, height: 8, width: 8, unreadable: 0.1, fit: squash";
        Datasets data = read(
                "kind: images, train: { path: pictures.zip, within: a }, test: { path: pictures, within: a/ }" + rest);
        assertThat(data.test().classNames()).containsExactly("dark", "light");
        assertThat(data.test().size()).isEqualTo(16);
        assertThat(data.train().sampleShape()).isEqualTo(Shape.of(1, 8, 8));
        assertThatThrownBy(() ->
                        read("kind: images, train: { path: pictures, within: a }, test: { path: pictures, within: b }"
                                + rest))
                .isInstanceOf(DataException.class)
                .hasMessage("the test set expects the classes of the training set, but " + folder
                        + "/pictures has striped, which is none of its 2.");
    }

    @Test
    void someFoldersOfManyCountAndComparedTestImagesMayBeOfOtherClasses() throws IOException {
        ImageFolders.in(folder);
        String rest = ", levels: 2, height: 8, width: 8, unreadable: 0.2, compare: { show: pairs }";
        Datasets data = read("kind: images, train: { path: pictures.zip, only: [a] },"
                + " test: { path: pictures.zip, only: [b/striped/, a/light] }" + rest);
        assertThat(data.train().classNames()).containsExactly("a/dark", "a/light");
        assertThat(data.test().classNames()).containsExactly("a/light", "b/striped");
        assertThatThrownBy(() ->
                        read("kind: images, train: { path: pictures, only: [a, c] }, test: { path: pictures }" + rest))
                .isInstanceOf(DataException.class)
                .hasMessage("the training set expects images in the folder c of " + folder
                        + "/pictures, but there are none. Maybe it is spelled differently.");
    }

    @Test
    void foldersAndTablesGiveImagesTasks() throws IOException {
        ImageFolders.in(folder);
        StringBuilder table = new StringBuilder("path,shade,number\n");
        for (int i = 0; i < 25; i++) {
            String path = new String[] {"a/dark/", "a/light/", "b/striped/"}[i % 3] + "bild " + i + ".jpg";
            table.append(path)
                    .append(i % 3 == 0 ? ",dark," : ",bright,")
                    .append(i / 10.0)
                    .append('\n');
        }
        Files.writeString(folder.resolve("labels.csv"), table);
        Datasets folders = read("kind: images, train: { path: pictures }, " + SPLIT + ", labels: { kind: folders,"
                + " tasks: [ { name: letter, levels: [1] }, { name: look, levels: [2] } ] }");
        assertThat(folders.train().tasks())
                .containsExactly(
                        new TaskTarget("letter", List.of("a", "b")),
                        new TaskTarget("look", List.of("dark", "light", "striped")));
        assertThat(folders.test().tasks()).isEqualTo(folders.train().tasks());
        // Six of eight of each folder, and two of each left.
        assertThat(targets(folders.train())).hasSize(18).contains("[0.0, 0.0]", "[0.0, 1.0]", "[1.0, 2.0]");
        assertThat(targets(folders.test()))
                .containsExactly("[0.0, 0.0]", "[0.0, 0.0]", "[0.0, 1.0]", "[0.0, 1.0]", "[1.0, 2.0]", "[1.0, 2.0]");
        String labels =
                "height: 20, width: 10, unreadable: 0.1, labels: { kind: csv, file: labels.csv, classes: [shade],"
                        + " numbers: [number]";
        Datasets split = read("kind: images, train: { path: pictures }, split: { train: 0.75 }, " + labels + " }");
        assertThat(split.train().tasks())
                .containsExactly(
                        new TaskTarget("shade", List.of("bright", "dark")), new TaskTarget("number", List.of()));
        // Twelve of sixteen that are bright.
        assertThat(targets(split.train()).stream().filter(one -> one.startsWith("[0.0,")))
                .hasSize(12);
        assertThat(targets(split.test())).hasSize(6);
        Files.writeString(
                folder.resolve("test.csv"),
                "path,shade,number\nstriped/bild 2.jpg,bright,7\n"
                        + table.substring(table.indexOf("\n") + 1)
                                .lines()
                                .filter(line -> line.startsWith("b/") && !line.contains("bild 2.jpg"))
                                .map(line -> line.substring(2) + "\n")
                                .collect(Collectors.joining()));
        Datasets given = read("kind: images, train: { path: pictures.zip }, test: { path: pictures, within: b }, "
                + labels + ", testFile: test.csv }");
        assertThat(given.test().tasks()).isEqualTo(given.train().tasks());
        assertThat(targets(given.test())).hasSize(8).contains("[0.0, 7.0]", "[0.0, 0.5]");
        Files.writeString(folder.resolve("labels.csv"), table + "a/dark/bild 99.jpg,dark,1\n");
        assertThatThrownBy(
                        () -> read("kind: images, train: { path: pictures }, split: { train: 0.75 }, " + labels + " }"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(folder + "/labels.csv:27 expects the path of an image in " + folder
                        + "/pictures, but there is no a/dark/bild 99.jpg.");
    }

    private static List<String> targets(Dataset data) {
        List<String> targets = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            float[] target = new float[(int) data.targetShape().count()];
            data.readTarget(i, target, 0);
            targets.add(Arrays.toString(target));
        }
        return targets;
    }

    @Test
    void quarterTurnsAreMoreClassesToLearnButNotToTestOn() throws IOException {
        ImageFolders.in(folder);
        String rest = ", levels: 2, height: 8, width: 8, unreadable: 0.2, compare: { show: pairs, quarterTurns: true }";
        Datasets data =
                read("kind: images, train: { path: pictures.zip, only: [a] }, test: { path: pictures.zip }" + rest);
        assertThat(data.train().classNames()).hasSize(8).contains("a/light", "a turned by 270°/light");
        assertThat(data.train().size()).isEqualTo(4 * 16);
        assertThat(data.test().classNames()).containsExactly("a/dark", "a/light", "b/striped");
        Datasets split = read("kind: images, train: { path: pictures.zip }, split: { train: 0.5 }" + rest);
        assertThat(split.train().size()).isEqualTo(4 * split.test().size());
    }

    @Test
    void tooManyUnusableFilesStopTheRun() throws IOException {
        ImageFolders.in(folder);
        assertThatThrownBy(() -> read("kind: images, train: { path: pictures }, "
                        + SPLIT.replace("unreadable: 0.1", "unreadable: 0.01")))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "the training set expects at most 0.01 of the files in " + folder
                                + "/pictures to be unusable, but 1 of 25 are: a/dark/bild 24.jpg: it is empty. Maybe allow more.");
        assertThatThrownBy(() -> read("kind: images, train: { path: nowhere }, " + SPLIT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(
                        folder + "/nowhere expects a folder or an archive of images, but nothing is there.");
    }

    @Test
    void cifarFilesAreReadOneAfterTheOther() throws IOException {
        byte[] record = new byte[3073];
        record[0] = 4;
        Files.write(folder.resolve("one.bin"), record);
        record[0] = 7;
        Files.write(folder.resolve("two.bin"), record);
        Datasets data = read("kind: cifar, train: [one.bin, two.bin], test: [two.bin]");
        assertThat(data.train().label(0)).isEqualTo(4);
        assertThat(data.train().label(1)).isEqualTo(7);
        assertThat(data.test().size()).isEqualTo(1);
        assertThat(data.test().classes()).isEqualTo(10);
        assertThatThrownBy(() -> read("kind: cifar, labels: fine, train: [one.bin], test: [two.bin]"))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(folder + "/one.bin expects records of 3074 bytes, but record 0 has 3073.");
    }

    private Datasets read(String data) {
        return Datasets.of(
                ConfigReader.read("data.yaml", """
                                name: data
                                data: { root: "%s", %s }
                                network: { name: lenet5 }
                                training: { epochs: 1, batch: 4, microBatch: 4 }
                                optimizer: { kind: sgd }
                                schedule: { kind: constant, rate: 0.1 }
                                output: { model: m, checkpoints: c }
                                """.formatted(folder, data), List.of())
                        .data(),
                HadoopFiles.ofThisProcess());
    }

    private static List<String> contents(Dataset data) {
        List<String> contents = new ArrayList<>();
        byte[] pixels = new byte[(int) data.sampleShape().count()];
        for (int i = 0; i < data.size(); i++) {
            data.read(i, pixels);
            contents.add(data.label(i) + Arrays.toString(pixels));
        }
        return contents;
    }
}
