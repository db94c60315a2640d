package io.convoy.engine.train;

import io.convoy.engine.checkpoint.WeightDigest;
import io.convoy.engine.exchange.LeafRange;
import java.util.List;
import java.util.Optional;

/**
 * What one worker tells of one step.
 *
 * @param step updates done before it
 * @param epoch passes done before it
 * @param leaves the leaves that this worker computed
 * @param leafLosses for each of these leaves, in order, the sum over its samples of each of the loss's terms
 * @param normalizers of the whole batch, one a term: loss = Σ_term (Σ_leaf leafLosses[leaf][term]) / normalizers[term]
 * @param samples how many samples these leaves have
 * @param learningRate the step's rate
 * @param computeNanos from the first leaf's begin to the last one's end
 * @param waitNanos waiting for the next weights
 * @param digest of the weights after the step, where somebody asked for it
 */
public record StepReport(
        long step,
        long epoch,
        LeafRange leaves,
        List<List<Double>> leafLosses,
        List<Double> normalizers,
        int samples,
        double learningRate,
        long computeNanos,
        long waitNanos,
        Optional<WeightDigest> digest) {
    public StepReport {
        leafLosses = leafLosses.stream().map(List::copyOf).toList();
        normalizers = List.copyOf(normalizers);
    }

    /** The same with a digest of the weights. */
    public StepReport with(WeightDigest weights) {
        return new StepReport(
                step,
                epoch,
                leaves,
                leafLosses,
                normalizers,
                samples,
                learningRate,
                computeNanos,
                waitNanos,
                Optional.of(weights));
    }
}
