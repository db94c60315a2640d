package io.convoy.engine.exchange;

/**
 * What everybody who takes part in a step must agree on. The leaves follow from the samples and the micro-batch alone.
 *
 * @param step updates done before this one, from 0
 * @param samples the samples of the global batch, at least 1; the last batch of an epoch may be short
 * @param microBatch samples in a leaf, at least 1; the last leaf may be short
 * @param learningRate the schedule's rate for this step, at least 0
 * @param momentum the schedule's momentum for this step, from 0 to below 1; NaN leaves it to the rule
 */
public record StepPlan(long step, int samples, int microBatch, double learningRate, double momentum) {
    public StepPlan {
        if (step < 0 || samples < 1 || microBatch < 1) {
            throw new IllegalArgumentException("StepPlan expects step ≥ 0, samples ≥ 1 and microBatch ≥ 1, but it got"
                    + " step " + step + ", samples " + samples + ", microBatch " + microBatch + ".");
        }
        if (!(learningRate >= 0 && learningRate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("StepPlan expects a learningRate of at least 0, but at step " + step
                    + " it is " + learningRate + ". Maybe the schedule is at fault.");
        }
        if (!(Double.isNaN(momentum) || (momentum >= 0 && momentum < 1))) {
            throw new IllegalArgumentException("StepPlan expects a momentum from 0 to below 1, or NaN, but at step "
                    + step + " it is " + momentum + ". Maybe the schedule is at fault.");
        }
        // Plans are compared, and sent: one NaN for all.
        momentum = Double.isNaN(momentum) ? Double.NaN : momentum;
    }

    /** A step whose momentum is the rule's own. */
    public StepPlan(long step, int samples, int microBatch, double learningRate) {
        this(step, samples, microBatch, learningRate, Double.NaN);
    }

    /** V = ⌈samples / microBatch⌉. */
    public int leaves() {
        return (samples - 1) / microBatch + 1;
    }

    public CanonicalTree tree() {
        return new CanonicalTree(leaves());
    }

    /** The position in the batch of the first sample of {@code leaf}; of the batch's end for leaf V. */
    public int firstSample(int leaf) {
        return (int) Math.min((long) leaf * microBatch, samples);
    }

    /** How many samples the leaves of {@code range} hold. */
    public int samples(LeafRange range) {
        return firstSample(range.end()) - firstSample(range.begin());
    }
}
