package io.convoy.engine.train;

import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.loss.Reduction;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.metric.TaskScore;
import io.convoy.engine.program.Inference;
import io.convoy.engine.schedule.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How good a network is on a run of evaluation batches. Merged in order, it is the same for every way of dealing the batches.
 *
 * @param batches which ones
 * @param batchLosses the sums of the loss's terms of each batch, in order
 * @param batchWeights what the samples of each batch weigh in each term, in order
 * @param reductions how each term's normaliser follows from the weights
 * @param confusion the predictions, where the first output scores the data set's classes; a sample whose label is none of them
 *     is left out
 * @param tasks how good it is at each task, where the data set has several; the first one's confusion matrix is {@code confusion},
 *     if it has classes
 */
public record Evaluation(
        LeafRange batches,
        List<List<Double>> batchLosses,
        List<List<Double>> batchWeights,
        List<Reduction> reductions,
        Optional<ConfusionMatrix> confusion,
        List<TaskScore> tasks) {
    /** Samples in an evaluation batch, whose losses are added up; {@link Inference#batch} says how many are computed at once. */
    public static final int BATCH = Inference.LARGEST_BATCH;

    public Evaluation {
        batchLosses = batchLosses.stream().map(List::copyOf).toList();
        batchWeights = batchWeights.stream().map(List::copyOf).toList();
        reductions = List.copyOf(reductions);
        tasks = List.copyOf(tasks);
    }

    /** Of data without several tasks. */
    public Evaluation(
            LeafRange batches,
            List<List<Double>> batchLosses,
            List<List<Double>> batchWeights,
            List<Reduction> reductions,
            Optional<ConfusionMatrix> confusion) {
        this(batches, batchLosses, batchWeights, reductions, confusion, List.of());
    }

    /** This and the batches that follow it. */
    public Evaluation plus(Evaluation next) {
        if (next.batches.isEmpty()) {
            return this;
        }
        if (batches.isEmpty()) {
            return next;
        }
        if (next.batches.begin() != batches.end()) {
            throw new IllegalArgumentException("Evaluation of batches " + batches
                    + " expects those that follow, but it got " + next.batches + ".");
        }
        return new Evaluation(
                new LeafRange(batches.begin(), next.batches.end()),
                joined(batchLosses, next.batchLosses),
                joined(batchWeights, next.batchWeights),
                reductions,
                confusion.flatMap(mine -> next.confusion.map(theirs -> {
                    ConfusionMatrix both = new ConfusionMatrix(mine.classes());
                    both.merge(mine);
                    both.merge(theirs);
                    return both;
                })),
                IntStream.range(0, tasks.size())
                        .mapToObj(task -> tasks.get(task).plus(next.tasks.get(task)))
                        .toList());
    }

    private static List<List<Double>> joined(List<List<Double>> first, List<List<Double>> second) {
        List<List<Double>> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /** The right predictions of all, for the first of several tasks; none of none where there is no confusion matrix. */
    public Accuracy accuracy() {
        return confusion.map(ConfusionMatrix::accuracy).orElse(Accuracy.NONE);
    }

    /** What schedules see of it, taken after {@code epoch} complete passes. */
    public Measurement measurement(long epoch) {
        return new Measurement(epoch, loss(), accuracy().value());
    }

    /** The loss over all samples as over one batch, each term summed in order and divided once; a mean of nothing is NaN. */
    public double loss() {
        double loss = 0;
        for (double term : losses()) {
            loss += term;
        }
        return loss;
    }

    /** The terms of {@link #loss()}, in the loss's order. */
    public List<Double> losses() {
        List<Double> losses = new ArrayList<>();
        for (int term = 0; term < reductions.size(); term++) {
            double sum = 0;
            double weight = 0;
            for (int batch = 0; batch < batchLosses.size(); batch++) {
                sum += batchLosses.get(batch).get(term);
                weight += batchWeights.get(batch).get(term);
            }
            losses.add(sum / reductions.get(term).normalizer(weight));
        }
        return losses;
    }
}
