package io.convoy.engine.train;

import io.convoy.engine.data.TaskTarget;
import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.metric.Ranking;
import io.convoy.engine.metric.TaskScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Counts how good predictions of several tasks are, batch by batch. Not for use by two threads. */
public final class TaskTally {
    private final List<TaskTarget> tasks;
    private final @Nullable ConfusionMatrix[] confusions;
    private final List<List<Double>> batchErrors = new ArrayList<>();
    private final double[] errors;
    private long count;

    /** Of no predictions. */
    public TaskTally(List<TaskTarget> tasks) {
        this.tasks = List.copyOf(tasks);
        errors = new double[tasks.size()];
        confusions = new @Nullable ConfusionMatrix[tasks.size()];
        for (int t = 0; t < errors.length; t++) {
            confusions[t] = tasks.get(t).isNumber()
                    ? null
                    : new ConfusionMatrix(tasks.get(t).outputs());
            batchErrors.add(new ArrayList<>());
        }
    }

    /** How many tasks there are. */
    public int tasks() {
        return tasks.size();
    }

    /**
     * Adds what was foretold of one sample for one task.
     *
     * @param task its number
     * @param target the number of its class, or the number
     * @param outputs where the task's outputs are, from {@code offset} on
     */
    public void add(int task, float target, float[] outputs, int offset) {
        ConfusionMatrix confusion = confusions[task];
        if (confusion == null) {
            errors[task] += Math.abs((double) outputs[offset] - target);
        } else {
            confusion.add((int) target, Ranking.best(outputs, offset, confusion.classes()));
        }
    }

    /** Ends a batch of {@code samples} samples, each of which was added for every task. */
    public void end(int samples) {
        count += samples;
        for (int t = 0; t < errors.length; t++) {
            batchErrors.get(t).add(errors[t]);
        }
        Arrays.fill(errors, 0);
    }

    /** What was counted, task by task. */
    public List<TaskScore> scores() {
        List<TaskScore> scores = new ArrayList<>();
        for (int t = 0; t < errors.length; t++) {
            String name = tasks.get(t).name();
            scores.add(
                    tasks.get(t).isNumber()
                            ? new TaskScore.Numbers(name, batchErrors.get(t), count)
                            : new TaskScore.Classes(name, Objects.requireNonNull(confusions[t])));
        }
        return scores;
    }
}
