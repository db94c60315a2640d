package io.convoy.engine.train;

import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.metric.MeanLoss;
import io.convoy.engine.program.Inference;
import java.util.ArrayList;
import java.util.List;

/**
 * How good a network is on a run of evaluation batches. Merged in order, it is the same for every way of dealing the batches.
 *
 * @param batches which ones
 * @param batchLosses the sum of the samples' losses of each, in order
 * @param confusion the predictions
 */
public record Evaluation(LeafRange batches, List<Double> batchLosses, ConfusionMatrix confusion) {
    /** Samples in an evaluation batch. */
    public static final int BATCH = Inference.BATCH;

    public Evaluation {
        batchLosses = List.copyOf(batchLosses);
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
        List<Double> losses = new ArrayList<>(batchLosses);
        losses.addAll(next.batchLosses);
        ConfusionMatrix both = new ConfusionMatrix(confusion.classes());
        both.merge(confusion);
        both.merge(next.confusion);
        return new Evaluation(new LeafRange(batches.begin(), next.batches.end()), losses, both);
    }

    /** Mean loss over the samples, summed in order. */
    public MeanLoss loss() {
        double sum = 0;
        for (double loss : batchLosses) {
            sum += loss;
        }
        return new MeanLoss(sum, confusion.accuracy().count());
    }
}
