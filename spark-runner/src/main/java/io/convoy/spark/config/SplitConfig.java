package io.convoy.spark.config;

/**
 * The training images are split, class by class.
 *
 * @param train the share of each class that is learned from, above 0 and below 1; the rest is tested on
 * @param seed of the choice, any 64-bit number; default 1; another one than the run's, so that runs of several seeds are tested on
 *     the same images
 */
public record SplitConfig(double train, @Default("1") long seed) {
    /** Checks that something is left on both sides. */
    public SplitConfig {
        Expect.that(
                train > 0 && train < 1,
                "train",
                "expects a number above 0 and below 1, but it got " + Expect.text(train) + ".");
    }
}
