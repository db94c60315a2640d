package io.convoy.engine.loss;

import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** What losses that join several tasks share. Their terms are the tasks' terms, one after the other. */
final class Tasks {
    private Tasks() {}

    static void requireSome(String joint, List<Task> tasks) {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException(joint + " expects at least 1 task, but it got none.");
        }
    }

    static void check(String joint, List<Task> tasks, List<Shape> outputs, Shape target) {
        for (int i = 0; i < tasks.size(); i++) {
            Task task = tasks.get(i);
            if (task.outputs().stream().anyMatch(output -> output >= outputs.size())) {
                throw new ShapeException(joint + " expects outputs of a network that has " + outputs.size()
                        + " for its tasks, but task " + i + " reads " + task.outputs() + ".");
            }
            if (task.targetBegin() + task.target().count() > target.count()) {
                throw new ShapeException(joint + " expects targets of at least "
                        + (task.targetBegin() + task.target().count()) + " numbers for task " + i
                        + ", but a sample's target is " + target + ".");
            }
            task.loss().check(task.outputs().stream().map(outputs::get).toList(), task.target());
        }
    }

    static int terms(List<Task> tasks) {
        int terms = 0;
        for (int i = 0; i < tasks.size(); i++) {
            terms += tasks.get(i).loss().terms();
        }
        return terms;
    }

    static Reduction reduction(List<Task> tasks, int term) {
        int left = term;
        for (Task task : tasks) {
            if (left < task.loss().terms()) {
                return task.loss().reduction(left);
            }
            left -= task.loss().terms();
        }
        throw new IllegalArgumentException(
                "A loss expects a term below " + terms(tasks) + ", but it got " + term + ".");
    }

    static boolean weighTargets(List<Task> tasks) {
        return tasks.stream().anyMatch(task -> task.loss().weighsTargets());
    }

    private static Batch part(List<Task> tasks, int index, Batch batch) {
        Task task = tasks.get(index);
        return batch.part(index, task.outputs(), task.targetBegin(), task.target());
    }

    static void weigh(List<Task> tasks, Batch batch, double[] weights) {
        int first = 0;
        for (int i = 0; i < tasks.size(); i++) {
            Loss loss = tasks.get(i).loss();
            Batch part = part(tasks, i, batch);
            double[] own = part.sums(loss.terms());
            // Added to one by one, as if the task were alone.
            System.arraycopy(weights, first, own, 0, loss.terms());
            loss.weigh(part, own);
            System.arraycopy(own, 0, weights, first, loss.terms());
            first += loss.terms();
        }
    }

    /** Overwrites the gradients of all outputs with zeros: tasks add theirs. */
    static void clear(Batch batch) {
        for (int output = 0; output < batch.outputs(); output++) {
            Arrays.fill(batch.gradient(output), 0, batch.samples() * batch.count(output), 0);
        }
    }

    /**
     * Evaluates one task, multiplied by {@code factor}; adds to the gradients and overwrites the sums of its terms.
     *
     * @param first the number of its first term
     * @return its part of the loss: Σ scales · sums
     */
    static double evaluate(
            List<Task> tasks, int index, int first, double factor, Batch batch, double[] scales, double[] sums) {
        Task task = tasks.get(index);
        int terms = task.loss().terms();
        Batch part = part(tasks, index, batch);
        double[] ownScales = part.scales(terms);
        double[] ownSums = part.sums(terms);
        for (int term = 0; term < terms; term++) {
            ownScales[term] = factor * scales[first + term];
        }
        task.loss().evaluate(part, ownScales, ownSums);
        double loss = 0;
        for (int term = 0; term < terms; term++) {
            sums[first + term] = factor * ownSums[term];
            loss += scales[first + term] * sums[first + term];
        }
        for (int i = 0; i < task.outputs().size(); i++) {
            float[] own = part.gradient(i);
            float[] whole = batch.gradient(task.outputs().get(i));
            int values = batch.samples() * part.count(i);
            for (int k = 0; k < values; k++) {
                whole[k] += own[k];
            }
        }
        return loss;
    }
}
