package io.convoy.spark.config;

/**
 * Keeps an exponential moving average of the weights, which is evaluated and saved as the model in their place.
 *
 * @param decay what is kept of the average in a step, from 0 to below 1; default 0.999
 */
public record AveragingConfig(@Default("0.999") double decay) {
    /** Checks the range. */
    public AveragingConfig {
        Expect.below("decay", decay, 0.0, 1.0);
    }
}
