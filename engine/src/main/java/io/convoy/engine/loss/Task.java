package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * One of several losses that a network is trained with together, and what of the network and of the targets it looks at.
 *
 * @param loss the task's own
 * @param weight what it weighs, at least 0; default 1
 * @param outputs the network's outputs, from 0, that it reads, in its own order; several tasks may read the same
 * @param targetBegin where in the sample's target, taken as one row of numbers, its own begins
 * @param target the shape of its own target; [] for a label
 */
public record Task(Loss loss, double weight, List<Integer> outputs, int targetBegin, Shape target) {
    public Task {
        outputs = List.copyOf(outputs);
        Expect.atLeast(0, "Task", "weight", weight);
        if (targetBegin < 0 || outputs.stream().anyMatch(output -> output < 0)) {
            throw new IllegalArgumentException("Task expects outputs and a begin of its target that are counted from 0,"
                    + " but outputs are " + outputs + " and targetBegin is " + targetBegin + ".");
        }
    }

    /** A task of weight 1 that reads one output. */
    public static Task of(Loss loss, int output, int targetBegin, Shape target) {
        return new Task(loss, 1, List.of(output), targetBegin, target);
    }

    /** The same with another weight. */
    public Task withWeight(double other) {
        return new Task(loss, other, outputs, targetBegin, target);
    }
}
