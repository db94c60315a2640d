package io.convoy.engine.data;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;

/**
 * Images of another data set that are asked for several things at once. A sample's target is [tasks]: for each task, in order,
 * its class or its number. Where one label counts, it is the first task's.
 */
public final class TaskDataset implements Dataset {
    private final Dataset images;
    private final List<TaskTarget> tasks;
    private final float[][] targets;

    private TaskDataset(Dataset images, List<TaskTarget> tasks, float[][] targets) {
        this.images = images;
        this.tasks = tasks;
        this.targets = targets;
    }

    /**
     * The images of {@code images} with these targets.
     *
     * @param tasks at least one, each name once
     * @param targets for each sample a number for each task: the number of the class, or a finite number
     * @throws DataException if a target is none
     */
    public static TaskDataset of(Dataset images, List<TaskTarget> tasks, List<float[]> targets) {
        requireNames(images, tasks.stream().map(TaskTarget::name).toList());
        if (targets.size() != images.size()) {
            throw new DataException(images.name() + " expects targets for each of its " + images.size()
                    + " images, but it got " + targets.size() + ".");
        }
        for (int i = 0; i < targets.size(); i++) {
            float[] target = targets.get(i);
            if (target.length != tasks.size()) {
                throw new DataException(images.name() + " expects a target for each of its " + tasks.size()
                        + " tasks, but sample " + i + " has " + target.length + ".");
            }
            for (int t = 0; t < target.length; t++) {
                TaskTarget task = tasks.get(t);
                boolean known = task.isNumber()
                        ? Float.isFinite(target[t])
                        : target[t] == (int) target[t] && target[t] >= 0 && target[t] < task.outputs();
                if (!known) {
                    throw new DataException(images.name() + " expects "
                            + (task.isNumber() ? "a finite number" : "a class from 0 to " + (task.outputs() - 1))
                            + " as " + task.name() + " of sample " + i + ", but it is " + target[t] + ".");
                }
            }
        }
        return new TaskDataset(
                images, List.copyOf(tasks), targets.stream().map(float[]::clone).toArray(float[][]::new));
    }

    /**
     * A task whose classes are some of the folders that a class's name consists of.
     *
     * @param name of the task
     * @param levels which folders, the outermost being 1: of {@code Greek/alpha}, [1] makes {@code Greek} and [1, 2] {@code
     *     Greek/alpha}
     */
    public record Folders(String name, List<Integer> levels) {
        public Folders {
            levels = List.copyOf(levels);
            if (levels.isEmpty() || levels.stream().anyMatch(level -> level < 1)) {
                throw new DataException(
                        "Folders of " + name + " expects levels from 1 on, at least one, but they are " + levels + ".");
            }
        }

        private String of(String className) {
            String[] folders = className.split("/", -1);
            return String.join(
                    "/",
                    levels.stream()
                            .map(level -> {
                                if (level > folders.length) {
                                    throw new DataException("Folders of " + name + " expects levels up to "
                                            + folders.length + " for the class " + className + ", but they are "
                                            + levels + ".");
                                }
                                return folders[level - 1];
                            })
                            .toList());
        }
    }

    /**
     * The images of {@code images}, whose classes are called after folders, with tasks that follow from those folders. Data of the
     * same class names have the same tasks.
     */
    public static TaskDataset ofFolders(Dataset images, List<Folders> tasks) {
        List<List<String>> classOf = tasks.stream()
                .map(task -> images.classNames().stream().map(task::of).toList())
                .toList();
        List<TaskTarget> targets = new ArrayList<>();
        float[][] ofClass = new float[images.classes()][tasks.size()];
        for (int t = 0; t < tasks.size(); t++) {
            List<String> names = List.copyOf(new TreeSet<>(classOf.get(t)));
            targets.add(new TaskTarget(tasks.get(t).name(), names));
            for (int label = 0; label < ofClass.length; label++) {
                ofClass[label][t] = names.indexOf(classOf.get(t).get(label));
            }
        }
        requireNames(images, targets.stream().map(TaskTarget::name).toList());
        float[][] all = new float[images.size()][];
        for (int i = 0; i < all.length; i++) {
            all[i] = ofClass[images.label(i)];
        }
        return new TaskDataset(images, List.copyOf(targets), all);
    }

    private static void requireNames(Dataset images, List<String> names) {
        if (names.isEmpty() || new HashSet<>(names).size() < names.size()) {
            throw new DataException(
                    images.name() + " expects at least one task, and each name once, but the tasks are " + names + ".");
        }
    }

    @Override
    public String name() {
        return images.name();
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public Shape sampleShape() {
        return images.sampleShape();
    }

    /** As many as the first task has; 0 if that is a number. */
    @Override
    public int classes() {
        return classNames().size();
    }

    @Override
    public List<String> classNames() {
        return tasks.get(0).classNames();
    }

    /** The class of the first task. */
    @Override
    public int label(int index) {
        return (int) targets[index][0];
    }

    @Override
    public List<TaskTarget> tasks() {
        return tasks;
    }

    @Override
    public Shape targetShape() {
        return Shape.of(tasks.size());
    }

    @Override
    public void readTarget(int index, float[] target, int offset) {
        System.arraycopy(targets[index], 0, target, offset, tasks.size());
    }

    @Override
    public void read(int index, byte[] pixels) {
        images.read(index, pixels);
    }
}
