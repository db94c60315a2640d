package io.convoy.engine.schedule;

/**
 * How good the network was on the test set at the end of an epoch.
 *
 * @param epoch complete passes over the training set done, at least 1
 * @param loss mean over the test set
 * @param accuracy share of right predictions, 0 to 1
 */
public record Measurement(long epoch, double loss, double accuracy) {
    public Measurement {
        if (epoch < 1) {
            throw new IllegalArgumentException("Measurement expects an epoch of at least 1, but it got " + epoch + ".");
        }
    }
}
