package io.convoy.spark.config;

/**
 * Images are shown together, drawn by class anew in every epoch, one behind the other in channels.
 *
 * @param show what is shown together
 * @param alike the target of a pair of one class; default 0, as contrastive expects; 1 for cosineEmbedding
 * @param different the target of another pair; default 1, as contrastive expects; −1 for cosineEmbedding
 */
public record ComparisonConfig(
        Show show, @Default("0") double alike, @Default("1") double different) {
    /** What is shown together. */
    public enum Show {
        /** An image, and one of its class or of another. */
        PAIRS,
        /** An image, one of its class, and one of another. */
        TRIPLETS,
        /** As triplets, and one of a third class. */
        QUADRUPLETS
    }

    /** Checks that targets can be told apart. */
    public ComparisonConfig {
        Expect.between("alike", alike, -1e6, 1e6);
        Expect.between("different", different, -1e6, 1e6);
        Expect.that(
                alike != different,
                "different",
                "expects another number than alike, but both are " + Expect.text(alike) + ".");
    }
}
