package io.convoy.spark.config;

import java.util.List;

/** One way of varying a training image. */
public sealed interface AugmentationConfig {
    /** What comes in from outside the image. */
    enum Fill {
        /** Black. */
        BLACK,
        /** The nearest pixel of the image. */
        EDGE
    }

    /**
     * {@code kind: shift}: moves the image by up to so many pixels in each direction. It is a random crop of the image with a
     * border of so many pixels.
     *
     * @param pixels the largest shift along each axis, at least 1
     * @param fill what comes in; default black
     */
    record Shift(int pixels, @Default("black") Fill fill) implements AugmentationConfig {
        /** Checks that the image moves. */
        public Shift {
            Expect.between("pixels", pixels, 1, 1024);
        }
    }

    /**
     * {@code kind: flip}: mirrors left and right.
     *
     * @param probability of mirroring an image, from 0 to 1; default 0.5
     * @param alternating whether chance decides for the first epoch alone and every other epoch turns it round, so that in two
     *     epochs each image is seen either way; default false
     */
    record Flip(
            @Default("0.5") double probability,
            @Default("false") boolean alternating) implements AugmentationConfig {
        /** Checks that it is a probability. */
        public Flip {
            Expect.between("probability", probability, 0.0, 1.0);
        }
    }

    /**
     * {@code kind: resizedCrop}: enlarges a random part of the image to all of it.
     *
     * @param minArea the smallest share of the area, above 0 to 1; default 0.08
     * @param minRatio the narrowest ratio of the part's width to its height relative to the image's, above 0 to 1; default 0.75
     */
    record ResizedCrop(
            @Default("0.08") double minArea,
            @Default("0.75") double minRatio) implements AugmentationConfig {
        /** Checks the ranges. */
        public ResizedCrop {
            Expect.above("minArea", minArea, 0.0);
            Expect.between("minArea", minArea, 0.0, 1.0);
            Expect.above("minRatio", minRatio, 0.0);
            Expect.between("minRatio", minRatio, 0.0, 1.0);
        }
    }

    /**
     * {@code kind: rotation}: turns the image about its middle.
     *
     * @param degrees the largest angle to either side, from 0 to 180
     * @param fill what turns in; default black
     */
    record Rotation(double degrees, @Default("black") Fill fill) implements AugmentationConfig {
        /** Checks the angle. */
        public Rotation {
            Expect.between("degrees", degrees, 0.0, 180.0);
        }
    }

    /**
     * {@code kind: colorJitter}: changes brightness, contrast, saturation and hue.
     *
     * @param brightness how much, at least 0: a factor from 1 − brightness to 1 + brightness; default 0
     * @param contrast how much, at least 0; default 0
     * @param saturation how much, at least 0; default 0
     * @param hue how far round the circle, from 0 to 0.5; default 0
     */
    record ColorJitter(
            @Default("0") double brightness,
            @Default("0") double contrast,
            @Default("0") double saturation,
            @Default("0") double hue)
            implements AugmentationConfig {
        /** Checks the ranges. */
        public ColorJitter {
            Expect.atLeast("brightness", brightness, 0.0);
            Expect.atLeast("contrast", contrast, 0.0);
            Expect.atLeast("saturation", saturation, 0.0);
            Expect.between("hue", hue, 0.0, 0.5);
        }
    }

    /**
     * {@code kind: cutout}: covers a square anywhere in the image.
     *
     * @param size its side in pixels, at least 1
     * @param level what covers it, from 0, black, to 1, white; default 0.5
     */
    record Cutout(int size, @Default("0.5") double level) implements AugmentationConfig {
        /** Checks the ranges. */
        public Cutout {
            Expect.between("size", size, 1, 16_384);
            Expect.between("level", level, 0.0, 1.0);
        }
    }

    /**
     * {@code kind: mixup}: mixes each image with another one, and their classes in the same proportion. It is the last one.
     *
     * @param alpha how even the mixtures are, from 0.01 to 100; default 0.2
     */
    record Mixup(@Default("0.2") double alpha) implements AugmentationConfig {
        /** Checks the range. */
        public Mixup {
            Expect.between("alpha", alpha, 0.01, 100.0);
        }
    }

    /** Checks that images are mixed once and after everything else. */
    static void requireOrder(List<AugmentationConfig> all) {
        for (int i = 0; i < all.size() - 1; i++) {
            Expect.that(
                    !(all.get(i) instanceof Mixup),
                    "augmentation",
                    "expects mixup to be the last one, but " + (all.size() - 1 - i) + " more follow.");
        }
    }
}
