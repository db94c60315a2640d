package io.convoy.spark.config;

/** One way of varying a training image. */
public sealed interface AugmentationConfig {
    /**
     * {@code kind: shift}: moves the image by up to so many pixels in each direction; what comes in is background.
     *
     * @param pixels the largest shift along each axis, at least 1
     */
    record Shift(int pixels) implements AugmentationConfig {
        /** Checks that the image moves. */
        public Shift {
            Expect.between("pixels", pixels, 1, 1024);
        }
    }

    /**
     * {@code kind: flip}: mirrors left and right.
     *
     * @param probability of mirroring an image, from 0 to 1; default 0.5
     */
    record Flip(@Default("0.5") double probability) implements AugmentationConfig {
        /** Checks that it is a probability. */
        public Flip {
            Expect.between("probability", probability, 0.0, 1.0);
        }
    }
}
