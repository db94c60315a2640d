package io.convoy.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.TaskTarget;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.LabelsConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LabelTableTest {
    private static final LabelsConfig.Csv COLUMNS =
            new LabelsConfig.Csv("labels.csv", null, "path", List.of("breed", "coat"), List.of("age"));
    private static final String HEADER = "path,age,breed,note,coat\n";

    @Test
    void columnsAreTasksInTheOrderOfTheConfiguration() throws IOException {
        LabelTable table = read("\uFEFF" + HEADER + "a/1.jpg, 2.5,\"Beagle, small\",,short\r\n\n"
                + "b/2.jpg,-1e1,Äpfel,\"two\nlines\",\"say \"\"long\"\"\"\n" + "\"c,3.jpg\",0,Beagle,x,short\n");
        List<String> paths = List.of("a/1.jpg", "b/2.jpg", "c,3.jpg");
        List<TaskTarget> tasks = table.tasks(paths);
        assertThat(tasks)
                .containsExactly(
                        new TaskTarget("breed", List.of("Beagle", "Beagle, small", "Äpfel")),
                        new TaskTarget("coat", List.of("say \"long\"", "short")),
                        new TaskTarget("age", List.of()));
        assertThat(table.targets(tasks, "a/1.jpg")).containsExactly(1, 1, 2.5f);
        assertThat(table.targets(tasks, "b/2.jpg")).containsExactly(2, 0, -10);
        assertThat(table.targets(tasks, "c,3.jpg")).containsExactly(0, 1, 0);
        // Classes of which no image is there are none.
        assertThat(table.tasks(paths.subList(2, 3)).get(0).classNames()).containsExactly("Beagle");
    }

    @Test
    void whatIsWrongIsNamedWithItsLine() {
        refuses("", "labels.csv expects a header and a line for each image, but there is nothing.");
        refuses(HEADER, "labels.csv expects a header and a line for each image, but there is no line.");
        refuses(
                "path,age,bread,coat\n",
                "labels.csv:1 expects a header with the column breed, but it has path, age, bread, coat. Maybe you mean"
                        + " bread.");
        refuses("path,age,age\n", "labels.csv:1 expects a header with each name once, but age is there again.");
        refuses(
                HEADER + "1.jpg,2,Beagle,,short\n2.jpg,2,Beagle,short\n",
                "labels.csv:3 expects 5 cells, as many as the header has, but it has 4.");
        refuses(HEADER + "\n1.jpg,2,,,short\n", "labels.csv:3 expects a value as breed, but it is empty.");
        refuses(
                HEADER + "1.jpg,old,Beagle,,short\n",
                "labels.csv:2 expects a number as age, but it got old. Maybe name it among data.labels.classes.");
        refuses(
                HEADER + "1.jpg,NaN,Beagle,,short\n",
                "labels.csv:2 expects a number as age, but it got NaN. Maybe name it among data.labels.classes.");
        refuses(
                HEADER + "1.jpg,1,Beagle,,short\n2.jpg,1,Beagle,,short\n1.jpg,1,Beagle,,short\n",
                "labels.csv:4 expects each image once, but line 2 has 1.jpg already.");
    }

    @Test
    void cellsThatDontEndAreRefused() {
        assertThatThrownBy(() -> read(HEADER + "1.jpg,1,\"Beagle,,short\n"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("labels.csv:")
                .hasMessageContaining(" expects cells of CSV, but: Missing closing quote");
    }

    @Test
    void linesAndImagesBelongTogether() throws IOException {
        LabelTable table = read(HEADER + "a/1.jpg,1,Beagle,,short\nb/2.jpg,1,Poodle,,short\n");
        assertThatThrownBy(() -> table.tasks(List.of("a/1.jpg", "a/3.jpg")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("labels.csv expects a line for each image, but there is none for a/3.jpg. Maybe its paths"
                        + " begin at another folder.");
        assertThatThrownBy(() -> table.requireImages(Set.of("a/1.jpg"), List.of(), "pictures"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("labels.csv:3 expects the path of an image in pictures, but there is no b/2.jpg.");
        table.requireImages(Set.of("a/1.jpg"), List.of("a"), "pictures");
        List<TaskTarget> known = List.of(
                new TaskTarget("breed", List.of("Beagle", "Poodles")),
                new TaskTarget("coat", List.of("short")),
                new TaskTarget("age", List.of()));
        assertThatThrownBy(() -> table.targets(known, "b/2.jpg"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("labels.csv:3 expects one of the 2 classes of the training images as breed, but it got"
                        + " Poodle. Maybe you mean Poodles.");
    }

    private static void refuses(String csv, String message) {
        assertThatThrownBy(() -> read(csv))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }

    private static LabelTable read(String csv) throws IOException {
        return LabelTable.read("labels.csv", COLUMNS, new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)));
    }
}
