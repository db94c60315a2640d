package io.convoy.spark.config;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What images are asked for, where that is more than the folder that each lies in: several tasks, each a class or a number, which
 * one network learns together.
 */
public sealed interface LabelsConfig {
    /** What the tasks are called, in the order of their heads: those of classes before those of numbers. */
    List<String> names();

    /**
     * {@code kind: folders}: of {@code alphabet/letter/7.png}, the folders make the classes of each task.
     *
     * @param tasks at least one
     */
    record Folders(List<FolderTask> tasks) implements LabelsConfig {
        /** Checks that there is a task. */
        public Folders {
            tasks = List.copyOf(tasks);
            Expect.filled("tasks", tasks);
            requireOnce("tasks", tasks.stream().map(FolderTask::name).toList());
        }

        @Override
        public List<String> names() {
            return tasks.stream().map(FolderTask::name).toList();
        }
    }

    /**
     * A task whose classes are folders.
     *
     * @param name of the task
     * @param levels which of the folders that {@code data.levels} counts, the outermost being 1: [1] makes the alphabet a class,
     *     [1, 2] alphabet and letter together
     */
    record FolderTask(String name, List<Integer> levels) {
        /** Checks that there are levels. */
        public FolderTask {
            levels = List.copyOf(levels);
            Expect.text("name", name);
            Expect.filled("levels", levels);
            levels.forEach(level -> Expect.atLeast("levels", level, 1));
        }
    }

    /**
     * {@code kind: csv}: a file with a header, and a line for each image; {@code data.levels} doesn't matter then. A task is called as
     * its column. Other columns are not looked at.
     *
     * @param file the training images' labels, or all images' where {@code split} takes the test images from them; relative to
     *     {@code data.root}
     * @param testFile the test images'; absent where there are none of their own
     * @param path the column with the image's path from the folder on that {@code within} says; default path
     * @param classes columns of class names; default none
     * @param numbers columns of numbers, best of the order of 1; default none
     */
    record Csv(
            String file,
            @Nullable String testFile,
            @Default("path") String path,
            @Default("[]") List<String> classes,
            @Default("[]") List<String> numbers)
            implements LabelsConfig {
        /** Checks that there is a task, and that no column has two. */
        public Csv {
            classes = List.copyOf(classes);
            numbers = List.copyOf(numbers);
            Expect.text("file", file);
            Expect.text("path", path);
            Expect.that(
                    !classes.isEmpty() || !numbers.isEmpty(),
                    "classes",
                    "expects columns of classes, or else numbers expects columns of numbers, but there are neither.");
            requireOnce(
                    "classes",
                    Stream.of(List.of(path), classes, numbers)
                            .flatMap(List::stream)
                            .toList());
        }

        @Override
        public List<String> names() {
            return Stream.concat(classes.stream(), numbers.stream()).toList();
        }
    }

    private static void requireOnce(String key, List<String> names) {
        names.forEach(name -> Expect.text(key, name));
        Expect.that(
                new HashSet<>(names).size() == names.size(),
                key,
                "expects each name once, but they are " + String.join(", ", names) + ".");
    }
}
