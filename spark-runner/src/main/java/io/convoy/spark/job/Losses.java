package io.convoy.spark.job;

import io.convoy.engine.data.TaskTarget;
import io.convoy.engine.loss.BinaryCrossEntropy;
import io.convoy.engine.loss.BinaryCrossEntropyWithLogits;
import io.convoy.engine.loss.Contrastive;
import io.convoy.engine.loss.CosineEmbedding;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.loss.Focal;
import io.convoy.engine.loss.Huber;
import io.convoy.engine.loss.KlDivergence;
import io.convoy.engine.loss.L1;
import io.convoy.engine.loss.Loss;
import io.convoy.engine.loss.MeanSquaredError;
import io.convoy.engine.loss.NegativeLogLikelihood;
import io.convoy.engine.loss.Quadruplet;
import io.convoy.engine.loss.Reduction;
import io.convoy.engine.loss.SmoothL1;
import io.convoy.engine.loss.SoftmaxFocal;
import io.convoy.engine.loss.Task;
import io.convoy.engine.loss.TripletMargin;
import io.convoy.engine.loss.UncertaintyWeighted;
import io.convoy.engine.loss.WeightedSum;
import io.convoy.engine.network.Suggestion;
import io.convoy.engine.tensor.Shape;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.LossConfig;
import io.convoy.spark.config.TaskConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Configured losses, in the engine's terms. */
final class Losses {
    private Losses() {}

    /**
     * The loss of data with these tasks.
     *
     * @param targets none where a sample's target is a label, or whatever {@code config} says
     * @throws InvalidInputException if there are tasks of which the loss doesn't know, or the other way round
     */
    static Loss of(LossConfig config, List<TaskTarget> targets) {
        if (config instanceof LossConfig.WeightedSum one) {
            return new WeightedSum(tasks(one.tasks(), targets));
        }
        if (config instanceof LossConfig.UncertaintyWeighted one) {
            return new UncertaintyWeighted(tasks(one.tasks(), targets));
        }
        if (targets.isEmpty()) {
            return single(config);
        }
        if (config instanceof LossConfig.CrossEntropy one) {
            return new WeightedSum(IntStream.range(0, targets.size())
                    .mapToObj(i -> task(targets, i, targets.get(i).isNumber() ? null : one, 1))
                    .toList());
        }
        throw new InvalidInputException(
                "loss expects crossEntropy, weightedSum or uncertaintyWeighted for data with the"
                        + " tasks " + names(targets) + ", but it is another kind. Maybe give it to one of them:"
                        + " { kind: weightedSum, tasks: [ { task: "
                        + targets.get(0).name() + ", loss: { kind: … } }, … ] }.");
    }

    /** A loss of one task. */
    private static Loss single(LossConfig config) {
        if (config instanceof LossConfig.CrossEntropy one) {
            return new CrossEntropy(one.classWeights(), one.ignoreIndex(), one.labelSmoothing(), by(one.reduction()));
        }
        if (config instanceof LossConfig.NegativeLogLikelihood one) {
            return new NegativeLogLikelihood(one.classWeights(), one.ignoreIndex(), by(one.reduction()));
        }
        if (config instanceof LossConfig.BinaryCrossEntropy one) {
            return new BinaryCrossEntropy(by(one.reduction()));
        }
        if (config instanceof LossConfig.BinaryCrossEntropyWithLogits one) {
            return new BinaryCrossEntropyWithLogits(one.positiveWeights(), by(one.reduction()));
        }
        if (config instanceof LossConfig.L1 one) {
            return new L1(by(one.reduction()));
        }
        if (config instanceof LossConfig.MeanSquaredError one) {
            return new MeanSquaredError(by(one.reduction()));
        }
        if (config instanceof LossConfig.SmoothL1 one) {
            return new SmoothL1(one.beta(), by(one.reduction()));
        }
        if (config instanceof LossConfig.Huber one) {
            return new Huber(one.delta(), by(one.reduction()));
        }
        if (config instanceof LossConfig.KlDivergence one) {
            return new KlDivergence(one.logTarget(), by(one.reduction()));
        }
        if (config instanceof LossConfig.Focal one) {
            return new Focal(one.alpha(), one.gamma(), by(one.reduction()));
        }
        if (config instanceof LossConfig.SoftmaxFocal one) {
            return new SoftmaxFocal(one.classWeights(), one.gamma(), one.ignoreIndex(), by(one.reduction()));
        }
        if (config instanceof LossConfig.Contrastive one) {
            return new Contrastive(one.margin(), by(one.reduction()));
        }
        if (config instanceof LossConfig.TripletMargin one) {
            return new TripletMargin(one.margin(), one.p(), one.eps(), one.swap(), by(one.reduction()));
        }
        if (config instanceof LossConfig.Quadruplet one) {
            return new Quadruplet(one.margin(), one.secondMargin(), by(one.reduction()));
        }
        LossConfig.CosineEmbedding one = (LossConfig.CosineEmbedding) config;
        return new CosineEmbedding(one.margin(), by(one.reduction()));
    }

    private static Reduction by(LossConfig.Reduction reduction) {
        return Reduction.valueOf(reduction.name());
    }

    private static List<Task> tasks(List<TaskConfig> tasks, List<TaskTarget> targets) {
        if (tasks.isEmpty() && targets.isEmpty()) {
            throw new InvalidInputException(
                    "loss.tasks expects at least one task, or data that have tasks, but there is neither. Maybe"
                            + " data.labels is missing.");
        }
        if (tasks.isEmpty()) {
            return IntStream.range(0, targets.size())
                    .mapToObj(i -> task(targets, i, null, 1))
                    .toList();
        }
        List<Task> all = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            TaskConfig task = tasks.get(i);
            String name = task.task();
            all.add(
                    name == null
                            ? new Task(
                                    of(Objects.requireNonNull(task.loss()), List.of()),
                                    task.weight(),
                                    task.outputs(),
                                    task.targetBegin(),
                                    Shape.of(task.targetShape().stream()
                                            .mapToInt(Integer::intValue)
                                            .toArray()))
                            : task(targets, named(i, name, targets), task.loss(), task.weight()));
        }
        List<String> trained =
                tasks.stream().flatMap(task -> Stream.ofNullable(task.task())).toList();
        if (trained.size() == tasks.size()) {
            for (TaskTarget target : targets) {
                if (Collections.frequency(trained, target.name()) != 1) {
                    throw new InvalidInputException(
                            "loss.tasks expects each task of the data once, but " + target.name()
                                    + (trained.contains(target.name())
                                            ? " is there again."
                                            : " is missing. Maybe give it a weight of 0."));
                }
            }
        }
        return all;
    }

    private static int named(int number, String name, List<TaskTarget> targets) {
        List<String> known = targets.stream().map(TaskTarget::name).toList();
        int index = known.indexOf(name);
        if (index < 0) {
            throw new InvalidInputException("loss.tasks." + number + ".task expects "
                    + (known.isEmpty()
                            ? "data with tasks, which data.labels gives them"
                            : "one of " + String.join(", ", known))
                    + ", but it got " + name + "." + Suggestion.sentence(name, known));
        }
        return index;
    }

    /** One of the data's tasks: its head is the output of that number, its target the number at that place. */
    private static Task task(List<TaskTarget> targets, int index, @Nullable LossConfig given, double weight) {
        TaskTarget target = targets.get(index);
        if (!target.isNumber()) {
            return new Task(
                    given == null ? new CrossEntropy() : of(given, List.of()),
                    weight,
                    List.of(index),
                    index,
                    Shape.of());
        }
        if (given instanceof LossConfig.CrossEntropy
                || given instanceof LossConfig.NegativeLogLikelihood
                || given instanceof LossConfig.SoftmaxFocal) {
            throw new InvalidInputException("loss.tasks expects a loss of numbers for " + target.name()
                    + ", such as smoothL1 or meanSquaredError, but it got one of classes.");
        }
        return new Task(
                given == null ? new SmoothL1() : of(given, List.of()), weight, List.of(index), index, Shape.of(1));
    }

    private static String names(List<TaskTarget> targets) {
        return targets.stream().map(TaskTarget::name).collect(Collectors.joining(", "));
    }
}
