package io.convoy.engine.loss;

/** A loss of one term whose samples have nothing to do with each other, written for one sample. */
public interface SampleLoss extends Loss {
    /** What the samples' sum is divided by; by default their number. */
    default Reduction reduction() {
        return Reduction.MEAN;
    }

    @Override
    default Reduction reduction(int term) {
        return reduction();
    }

    /**
     * The loss of one sample; overwrites the sample's gradients of all outputs with {@code scale} times the loss's.
     *
     * @param sample which one, from 0
     */
    double evaluate(Batch batch, int sample, double scale);

    @Override
    default void evaluate(Batch batch, double[] scales, double[] sums) {
        double sum = 0;
        for (int n = 0; n < batch.samples(); n++) {
            sum += evaluate(batch, n, scales[0]);
        }
        sums[0] = sum;
    }
}
