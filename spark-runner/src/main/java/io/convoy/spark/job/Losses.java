package io.convoy.spark.job;

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
import io.convoy.engine.tensor.Shape;
import io.convoy.spark.config.LossConfig;
import io.convoy.spark.config.TaskConfig;
import java.util.List;

/** Configured losses, in the engine's terms. */
final class Losses {
    private Losses() {}

    static Loss of(LossConfig config) {
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
        if (config instanceof LossConfig.CosineEmbedding one) {
            return new CosineEmbedding(one.margin(), by(one.reduction()));
        }
        if (config instanceof LossConfig.WeightedSum one) {
            return new WeightedSum(tasks(one.tasks()));
        }
        return new UncertaintyWeighted(tasks(((LossConfig.UncertaintyWeighted) config).tasks()));
    }

    private static Reduction by(LossConfig.Reduction reduction) {
        return Reduction.valueOf(reduction.name());
    }

    private static List<Task> tasks(List<TaskConfig> tasks) {
        return tasks.stream()
                .map(task -> new Task(
                        of(task.loss()),
                        task.weight(),
                        task.outputs(),
                        task.targetBegin(),
                        Shape.of(task.targetShape().stream()
                                .mapToInt(Integer::intValue)
                                .toArray())))
                .toList();
    }
}
