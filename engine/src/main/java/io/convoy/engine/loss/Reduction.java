package io.convoy.engine.loss;

/** What a sum of losses over a batch is divided by: the normaliser. */
public enum Reduction {
    /** By what the loss counts: samples, elements, or the weights of the targets, as the loss says. */
    MEAN,
    /** By the number of samples, whatever a sample has. */
    BATCH_MEAN,
    /** By nothing. */
    SUM;

    /** The normaliser of a batch whose samples weigh {@code weight} together. */
    public double normalizer(double weight) {
        return this == SUM ? 1 : weight;
    }
}
