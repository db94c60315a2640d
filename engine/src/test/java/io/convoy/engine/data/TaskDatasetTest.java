package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TaskDatasetTest {
    private static final TaskTarget HUE = new TaskTarget("hue", List.of("blue", "red"));
    private static final TaskTarget AGE = new TaskTarget("age", List.of());

    @Test
    void foldersAreTheClassesOfTasks() {
        TaskDataset data = TaskDataset.ofFolders(
                images("Greek/alpha", "Greek/beta", "Latin/a", "Latin/beta"),
                List.of(
                        new TaskDataset.Folders("alphabet", List.of(1)),
                        new TaskDataset.Folders("letter", List.of(1, 2)),
                        new TaskDataset.Folders("name", List.of(2))));
        assertThat(data.tasks())
                .containsExactly(
                        new TaskTarget("alphabet", List.of("Greek", "Latin")),
                        new TaskTarget("letter", List.of("Greek/alpha", "Greek/beta", "Latin/a", "Latin/beta")),
                        new TaskTarget("name", List.of("a", "alpha", "beta")));
        assertThat(data.targetShape()).isEqualTo(Shape.of(3));
        assertThat(target(data, 0)).containsExactly(0, 0, 1);
        assertThat(target(data, 3)).containsExactly(1, 3, 2);
        assertThat(data.classNames()).containsExactly("Greek", "Latin");
        assertThat(data.label(2)).isEqualTo(1);
    }

    @Test
    void aTargetIsAClassOrANumberForEachTask() {
        TaskDataset data =
                TaskDataset.of(images("", ""), List.of(HUE, AGE), List.of(new float[] {1, 2.5f}, new float[] {0, -1}));
        assertThat(data.tasks()).containsExactly(HUE, AGE);
        assertThat(target(data, 0)).containsExactly(1, 2.5f);
        float[] further = new float[4];
        data.readTarget(1, further, 2);
        assertThat(further).containsExactly(0, 0, 0, -1);
        assertThat(List.of(HUE.outputs(), AGE.outputs())).containsExactly(2, 1);
        assertThat(TaskDataset.of(images("", ""), List.of(AGE), List.of(new float[] {1}, new float[] {0}))
                        .classes())
                .isZero();
    }

    @Test
    void whatIsNoTargetIsRefused() {
        refuses(List.of(HUE), "pictures expects a class from 0 to 1 as hue of sample 1, but it is 2.0.", 0, 2);
        refuses(List.of(HUE), "pictures expects a class from 0 to 1 as hue of sample 0, but it is 0.5.", 0.5f, 2);
        refuses(List.of(AGE), "pictures expects a finite number as age of sample 0, but it is NaN.", Float.NaN, 0);
        refuses(List.of(HUE, AGE), "pictures expects a target for each of its 2 tasks, but sample 0 has 1.", 0, 1);
        refuses(List.of(AGE), "pictures expects targets for each of its 2 images, but it got 1.", 0);
        refuses(
                List.of(AGE, AGE),
                "pictures expects at least one task, and each name once, but the tasks are [age, age].",
                0,
                1);
        assertThatThrownBy(() ->
                        TaskDataset.ofFolders(images("a/b"), List.of(new TaskDataset.Folders("depth", List.of(3)))))
                .hasMessage("Folders of depth expects levels up to 2 for the class a/b, but they are [3].");
        assertThatThrownBy(() -> new TaskTarget("hue", List.of("red", "red")))
                .hasMessage("TaskTarget hue expects each class once, but they are [red, red].");
    }

    private static void refuses(List<TaskTarget> tasks, String message, float... targets) {
        List<float[]> all = new ArrayList<>();
        for (float target : targets) {
            all.add(new float[] {target});
        }
        assertThatThrownBy(() -> TaskDataset.of(images("", ""), tasks, all))
                .isInstanceOf(DataException.class)
                .hasMessage(message);
    }

    @Test
    void aSplitHasTheShareOfEachCombinationOfClasses() {
        List<float[]> targets = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            // Hue and size don't go together evenly: 8, 12, 12 and 8 of each combination, and ages that are all
            // different.
            targets.add(new float[] {i % 2, i % 5 * 2 / 4 == 0 ? 0 : 1, i});
        }
        TaskTarget size = new TaskTarget("size", List.of("large", "small"));
        Dataset data = TaskDataset.of(
                images(Collections.nCopies(40, "").toArray(String[]::new)), List.of(HUE, size, AGE), targets);
        Split split = Split.stratified(data, 0.75, new Seed(3));
        assertThat(split.train().tasks()).isEqualTo(data.tasks());
        assertThat(combinations(data)).isEqualTo(Map.of("0 0", 8, "0 1", 12, "1 0", 8, "1 1", 12));
        assertThat(combinations(split.train())).isEqualTo(Map.of("0 0", 6, "0 1", 9, "1 0", 6, "1 1", 9));
        assertThat(combinations(split.test())).isEqualTo(Map.of("0 0", 2, "0 1", 3, "1 0", 2, "1 1", 3));
    }

    @Test
    void whatIsAloneInItsCombinationIsDrawnTogether() {
        List<String> names = List.of("a", "b", "c", "d");
        TaskTarget first = new TaskTarget("first", names);
        TaskTarget second = new TaskTarget("second", names);
        List<float[]> targets = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            targets.add(new float[] {(float) Math.floorDiv(i, 4), i % 4});
        }
        Dataset data = TaskDataset.of(
                images(Collections.nCopies(16, "").toArray(String[]::new)), List.of(first, second), targets);
        Split split = Split.stratified(data, 0.75, new Seed(3));
        assertThat(split.train().size()).isEqualTo(12);
        assertThat(split.test().size()).isEqualTo(4);
    }

    @Test
    void tasksAreNeitherMixedNorCompared() {
        Dataset data = TaskDataset.ofFolders(
                images("a", "a", "b", "b"), List.of(new TaskDataset.Folders("letter", List.of(1))));
        Preprocessing plain = Preprocessing.measure(images("a", "b"));
        assertThatThrownBy(() -> new InputPipeline(
                        data, plain, List.of(), Optional.empty(), Optional.of(Comparison.triplets(data)), new Seed(1)))
                .isInstanceOf(DataException.class)
                .hasMessage("Comparison expects samples with a class each, but those of pictures have several tasks.");
        assertThatThrownBy(() -> new InputPipeline(
                        data, plain, List.of(), Optional.of(new Mixup(1)), Optional.empty(), new Seed(1)))
                .isInstanceOf(DataException.class)
                .hasMessage("Mixup expects samples with a class each, but the targets of pictures are [1].");
    }

    private static Map<String, Integer> combinations(Dataset data) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < data.size(); i++) {
            float[] target = target(data, i);
            counts.merge((int) target[0] + " " + (int) target[1], 1, Integer::sum);
        }
        return counts;
    }

    private static float[] target(Dataset data, int index) {
        float[] target = new float[Math.toIntExact(data.targetShape().count())];
        data.readTarget(index, target, 0);
        return target;
    }

    /** One pixel each. */
    private static ImageDataset images(String... classes) {
        List<String> names = Arrays.stream(classes).distinct().sorted().toList();
        byte[][] pixels = new byte[classes.length][1];
        int[] labels = new int[classes.length];
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < classes.length; i++) {
            pixels[i][0] = (byte) i;
            labels[i] = names.indexOf(classes[i]);
            keys.add(classes[i] + "/" + i + ".png");
        }
        return new ImageDataset("pictures", Shape.of(1, 1, 1), names, keys, pixels, labels);
    }
}
