package io.convoy.spark.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of several losses that a network is trained with together. Where the data have tasks of their own, {@code task} names one,
 * and what it reads follows.
 *
 * @param task one of the data's; absent, the next three say what the task reads
 * @param loss the task's own; absent, crossEntropy of a named task with classes, smoothL1 of one with numbers
 * @param weight what it weighs, at least 0; default 1
 * @param outputs the network's outputs that it reads, counted from 0; default [0]
 * @param targetBegin where in a sample's target, taken as one row of numbers, its own begins; default 0
 * @param targetShape the shape of its own target; default [], a single number such as a label
 */
public record TaskConfig(
        @Nullable String task,
        @Nullable LossConfig loss,
        @Default("1") double weight,
        @Default("[0]") List<Integer> outputs,
        @Default("0") int targetBegin,
        @Default("[]") List<Integer> targetShape) {
    /** Checks the ranges. */
    public TaskConfig {
        outputs = List.copyOf(outputs);
        targetShape = List.copyOf(targetShape);
        Expect.that(task != null || loss != null, "loss", "expects a loss where no task is named, but it is missing.");
        Expect.that(
                task == null || (outputs.equals(List.of(0)) && targetBegin == 0 && targetShape.isEmpty()),
                "task",
                "expects to say by itself what it reads, but outputs, targetBegin or targetShape are there as well.");
        Expect.atLeast("weight", weight, 0.0);
        Expect.filled("outputs", outputs);
        outputs.forEach(output -> Expect.atLeast("outputs", output, 0));
        Expect.atLeast("targetBegin", targetBegin, 0);
        targetShape.forEach(size -> Expect.atLeast("targetShape", size, 0));
    }
}
