package io.convoy.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.convoy.engine.tensor.Shape;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.RunConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LossesTest {
    private static final String YAML = """
            name: small
            data: { kind: strokes }
            network: { name: lenet5 }
            training: { epochs: 2, batch: 32, microBatch: 8 }
            optimizer: { kind: sgd }
            schedule: { kind: constant, rate: 0.05 }
            output: { model: models/small, checkpoints: runs/small }
            """;

    private static final List<TaskTarget> TASKS = List.of(
            new TaskTarget("hue", List.of("blue", "red")),
            new TaskTarget("size", List.of("large", "small")),
            new TaskTarget("age", List.of()));

    private static RunConfig read(String... overrides) {
        return ConfigReader.read("small.yaml", YAML, List.of(overrides));
    }

    private static void reads(String yaml, Loss expected) {
        RunConfig config = read("loss=" + yaml);
        assertThat(Losses.of(config.loss(), List.of())).isEqualTo(expected);
        // As slots and checkpoints get it.
        assertThat(ConfigReader.read("checkpoint", config.toJson(), List.of())).isEqualTo(config);
    }

    private static void refuses(String yaml, String message) {
        assertThatThrownBy(() -> read("loss=" + yaml))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("--set loss=" + yaml + ": " + message);
    }

    @Test
    void crossEntropyIsTheDefault() {
        assertThat(Losses.of(read().loss(), List.of())).isEqualTo(new CrossEntropy());
    }

    @Test
    void everyKindHasTheDefaultsOfItsLoss() {
        reads("{kind: crossEntropy}", new CrossEntropy());
        reads("{kind: negativeLogLikelihood}", new NegativeLogLikelihood());
        reads("{kind: binaryCrossEntropy}", new BinaryCrossEntropy());
        reads("{kind: binaryCrossEntropyWithLogits}", new BinaryCrossEntropyWithLogits());
        reads("{kind: l1}", new L1());
        reads("{kind: meanSquaredError}", new MeanSquaredError());
        reads("{kind: smoothL1}", new SmoothL1());
        reads("{kind: huber}", new Huber());
        reads("{kind: klDivergence}", new KlDivergence());
        reads("{kind: focal}", new Focal());
        reads("{kind: softmaxFocal}", new SoftmaxFocal());
        reads("{kind: contrastive}", new Contrastive());
        reads("{kind: tripletMargin}", new TripletMargin());
        reads("{kind: quadruplet}", new Quadruplet());
        reads("{kind: cosineEmbedding}", new CosineEmbedding());
    }

    @Test
    void everyArgumentIsRead() {
        Reduction sum = Reduction.SUM;
        List<Double> weights = List.of(1.0, 0.5);
        reads(
                "{kind: crossEntropy, classWeights: [1, 0.5], ignoreIndex: 7, labelSmoothing: 0.1, reduction: sum}",
                new CrossEntropy(weights, 7, 0.1, sum));
        reads(
                "{kind: negativeLogLikelihood, classWeights: [1, 0.5], ignoreIndex: 7, reduction: sum}",
                new NegativeLogLikelihood(weights, 7, sum));
        reads(
                "{kind: binaryCrossEntropyWithLogits, positiveWeights: [1, 0.5], reduction: sum}",
                new BinaryCrossEntropyWithLogits(weights, sum));
        reads("{kind: binaryCrossEntropy, reduction: sum}", new BinaryCrossEntropy(sum));
        reads("{kind: l1, reduction: batch_mean}", new L1(Reduction.BATCH_MEAN));
        reads("{kind: meanSquaredError, reduction: sum}", new MeanSquaredError(sum));
        reads("{kind: smoothL1, beta: 0.5, reduction: sum}", new SmoothL1(0.5, sum));
        reads("{kind: huber, delta: 0.5, reduction: sum}", new Huber(0.5, sum));
        reads("{kind: klDivergence, logTarget: true, reduction: sum}", new KlDivergence(true, sum));
        reads("{kind: focal, alpha: 0.5, gamma: 1, reduction: sum}", new Focal(0.5, 1, sum));
        reads(
                "{kind: softmaxFocal, classWeights: [1, 0.5], gamma: 1, ignoreIndex: 7, reduction: sum}",
                new SoftmaxFocal(weights, 1, 7, sum));
        reads("{kind: contrastive, margin: 2, reduction: sum}", new Contrastive(2, sum));
        reads(
                "{kind: tripletMargin, margin: 2, p: 1, eps: 0, swap: true, reduction: sum}",
                new TripletMargin(2, 1, 0, true, sum));
        reads("{kind: quadruplet, margin: 2, secondMargin: 3, reduction: sum}", new Quadruplet(2, 3, sum));
        reads("{kind: cosineEmbedding, margin: 0.5, reduction: sum}", new CosineEmbedding(0.5, sum));
    }

    @Test
    void severalTasksAreLosses() {
        String tasks = "tasks: [{loss: {kind: crossEntropy}}, {loss: {kind: smoothL1}, weight: 2, outputs: [1],"
                + " targetBegin: 1, targetShape: [4]}]}";
        List<Task> expected = List.of(
                Task.of(new CrossEntropy(), 0, 0, Shape.of()),
                Task.of(new SmoothL1(), 1, 1, Shape.of(4)).withWeight(2));
        reads("{kind: weightedSum, " + tasks, new WeightedSum(expected));
        reads("{kind: uncertaintyWeighted, " + tasks, new UncertaintyWeighted(expected));
        assertThat(Losses.of(
                        read("loss={kind: weightedSum, " + tasks, "loss.tasks.1.loss.beta=0.5")
                                .loss(),
                        List.of()))
                .isNotEqualTo(new WeightedSum(expected));
    }

    @Test
    void theTasksOfTheDataHaveALossEach() {
        List<Task> plain = List.of(
                Task.of(new CrossEntropy(), 0, 0, Shape.of()),
                Task.of(new CrossEntropy(), 1, 1, Shape.of()),
                Task.of(new SmoothL1(), 2, 2, Shape.of(1)));
        readsForTasks("{kind: crossEntropy}", new WeightedSum(plain));
        readsForTasks("{kind: weightedSum}", new WeightedSum(plain));
        readsForTasks("{kind: uncertaintyWeighted}", new UncertaintyWeighted(plain));
        CrossEntropy smoothed = new CrossEntropy(List.of(), -100, 0.1, Reduction.MEAN);
        readsForTasks(
                "{kind: crossEntropy, labelSmoothing: 0.1}",
                new WeightedSum(List.of(
                        Task.of(smoothed, 0, 0, Shape.of()), Task.of(smoothed, 1, 1, Shape.of()), plain.get(2))));
        readsForTasks(
                "{kind: weightedSum, tasks: [{task: age, loss: {kind: l1}}, {task: size, weight: 0.5}, {task: hue}]}",
                new WeightedSum(List.of(
                        Task.of(new L1(), 2, 2, Shape.of(1)), plain.get(1).withWeight(0.5), plain.get(0))));
    }

    private static void readsForTasks(String loss, Loss expected) {
        assertThat(Losses.of(read("loss=" + loss).loss(), TASKS)).isEqualTo(expected);
    }

    @Test
    void lossesThatDontFitTheTasksOfTheDataAreRefused() {
        refusesFor(
                TASKS,
                "{kind: weightedSum, tasks: [{task: hue}, {task: sise}]}",
                "loss.tasks.1.task expects one of hue, size, age, but it got sise. Maybe you mean size.");
        refusesFor(
                TASKS,
                "{kind: weightedSum, tasks: [{task: hue}, {task: age}]}",
                "loss.tasks expects each task of the data once, but size is missing. Maybe give it a weight of 0.");
        refusesFor(
                TASKS,
                "{kind: uncertaintyWeighted, tasks: [{task: hue}, {task: size}, {task: age}, {task: hue}]}",
                "loss.tasks expects each task of the data once, but hue is there again.");
        refusesFor(
                TASKS,
                "{kind: weightedSum, tasks: [{task: hue}, {task: size}, {task: age, loss: {kind: crossEntropy}}]}",
                "loss.tasks expects a loss of numbers for age, such as smoothL1 or meanSquaredError, but it got one of"
                        + " classes.");
        refusesFor(
                TASKS,
                "{kind: softmaxFocal}",
                "loss expects crossEntropy, weightedSum or uncertaintyWeighted for data with the tasks hue, size, age,"
                        + " but it is another kind. Maybe give it to one of them: { kind: weightedSum, tasks:"
                        + " [ { task: hue, loss: { kind: … } }, … ] }.");
        refusesFor(
                List.of(),
                "{kind: weightedSum}",
                "loss.tasks expects at least one task, or data that have tasks, but there is neither. Maybe data.labels"
                        + " is missing.");
        refusesFor(
                List.of(),
                "{kind: weightedSum, tasks: [{task: hue}]}",
                "loss.tasks.0.task expects data with tasks, which data.labels gives them, but it got hue.");
        refuses(
                "{kind: weightedSum, tasks: [{weight: 1}]}",
                "loss.tasks.0.loss expects a loss where no task is named, but it is missing.");
        refuses(
                "{kind: weightedSum, tasks: [{task: hue, outputs: [1]}]}",
                "loss.tasks.0.task expects to say by itself what it reads, but outputs, targetBegin or targetShape are"
                        + " there as well.");
    }

    private static void refusesFor(List<TaskTarget> tasks, String loss, String message) {
        assertThatThrownBy(() -> Losses.of(read("loss=" + loss).loss(), tasks))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }

    @Test
    void theLossIsInTheHash() {
        assertThat(read("loss={kind: crossEntropy, labelSmoothing: 0.1}").hash())
                .isNotEqualTo(read().hash());
        assertThat(read("loss={kind: crossEntropy}").hash()).isEqualTo(read().hash());
    }

    @Test
    void wrongArgumentsAreNamedWithTheirPath() {
        refuses(
                "{kind: crossEntropy, labelSmoothing: 2}",
                "loss.labelSmoothing expects a number from 0 to 1, but it got 2.");
        refuses(
                "{kind: crossEntropy, classWeights: [1, -1]}",
                "loss.classWeights expects a number of at least 0, but it got -1.");
        refuses(
                "{kind: crossEntropy, label_smoothing: 0.1}",
                "loss of kind crossEntropy expects the keys kind, classWeights, ignoreIndex, labelSmoothing, reduction,"
                        + " but it got label_smoothing. Maybe you mean labelSmoothing.");
        refuses(
                "{kind: crossEntropie}",
                "loss.kind expects one of crossEntropy, negativeLogLikelihood, binaryCrossEntropy,"
                        + " binaryCrossEntropyWithLogits, l1, meanSquaredError, smoothL1, huber, klDivergence, focal,"
                        + " softmaxFocal, contrastive, tripletMargin, quadruplet, cosineEmbedding, weightedSum,"
                        + " uncertaintyWeighted, but it got crossEntropie. Maybe you mean crossEntropy.");
        refuses(
                "{kind: l1, reduction: average}",
                "loss.reduction expects one of mean, batch_mean, sum, but it got average.");
        refuses("{kind: smoothL1, beta: -1}", "loss.beta expects a number of at least 0, but it got -1.");
        refuses("{kind: huber, delta: 0}", "loss.delta expects a number above 0, but it got 0.");
        refuses("{kind: focal, alpha: 2}", "loss.alpha expects a number of at most 1, but it got 2.");
        refuses("{kind: tripletMargin, p: 0.5}", "loss.p expects a number of at least 1, but it got 0.5.");
        refuses("{kind: cosineEmbedding, margin: 2}", "loss.margin expects a number from -1 to 1, but it got 2.");
        refuses(
                "{kind: weightedSum, tasks: [{loss: {kind: l1}, outputs: [-1]}]}",
                "loss.tasks.0.outputs expects a whole number of at least 0, but it got -1.");
        refuses(
                "{kind: weightedSum, tasks: [{loss: {kind: l1}, outputs: [x]}]}",
                "loss.tasks.0.outputs.0 expects a whole number, but it got x.");
    }
}
