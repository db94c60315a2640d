package io.convoy.spark.config;

import org.jspecify.annotations.Nullable;

/**
 * Images are shown together, drawn by class anew in every epoch, one behind the other in channels. The model that training ends with
 * is one branch of the network: it makes the embedding of one image.
 *
 * @param show what is shown together
 * @param alike the target of a pair of one class; default 0, as contrastive expects; 1 for cosineEmbedding
 * @param different the target of another pair; default 1, as contrastive expects; −1 for cosineEmbedding
 * @param others which classes are shown beside that of the first image; default any
 * @param quarterTurns whether training images count four times, as they are and turned by 90°, 180° and 270°, where each turn of a
 *     class is another class; images are square then; default false
 * @param embedding how many numbers an embedding has, at least 1: what the network gets as its number of classes; default 64
 * @param oneShot how the embedding is tested, after training and by {@code convoy evaluate}; absent, it is not
 */
public record ComparisonConfig(
        Show show,
        @Default("0") double alike,
        @Default("1") double different,
        @Default("any") Others others,
        @Default("false") boolean quarterTurns,
        @Default("64") int embedding,
        @Circumstance @Nullable OneShotConfig oneShot) {
    /** What is shown together. */
    public enum Show {
        /** An image, and one of its class or of another. */
        PAIRS(2),
        /** An image, one of its class, and one of another. */
        TRIPLETS(3),
        /** As triplets, and one of a third class. */
        QUADRUPLETS(4);

        private final int images;

        Show(int images) {
            this.images = images;
        }

        /** How many images are shown together. */
        public int images() {
            return images;
        }
    }

    /** Which classes are shown beside the first image's. */
    public enum Others {
        /** All others. */
        ANY,
        /** Those whose folders lie in the same folder, such as other letters of the same alphabet; {@code levels} is 2 or more. */
        SAME_FOLDER
    }

    /** Checks that targets can be told apart, and the range. */
    public ComparisonConfig {
        Expect.between("alike", alike, -1e6, 1e6);
        Expect.between("different", different, -1e6, 1e6);
        Expect.that(
                alike != different,
                "different",
                "expects another number than alike, but both are " + Expect.text(alike) + ".");
        Expect.between("embedding", embedding, 1, 1_000_000);
    }
}
