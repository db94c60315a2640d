package io.convoy.engine.data;

import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;

/**
 * Enlarges a random part of the image to all of it, bilinearly (Szegedy et al., "Going deeper with convolutions", CVPR 2015): its
 * share of the area is uniform over minArea … 1, the logarithm of its width to height uniform over those of minRatio … 1/minRatio.
 * A part that doesn't fit is drawn anew, at most ten times; then it is the largest one in the middle of a ratio that is allowed.
 *
 * @param minArea the smallest share of the area, above 0 and at most 1; 0.08 is usual
 * @param minRatio the narrowest ratio of width to height relative to the image's, above 0 and at most 1; 3/4 is usual
 */
public record RandomResizedCrop(double minArea, double minRatio) implements Augmentation {
    private static final int TRIES = 10;

    public RandomResizedCrop {
        if (!(minArea > 0 && minArea <= 1) || !(minRatio > 0 && minRatio <= 1)) {
            throw new DataException("RandomResizedCrop expects minArea and minRatio above 0 and at most 1, but it got "
                    + minArea + " and " + minRatio + ".");
        }
    }

    @Override
    public void apply(float[] values, Shape shape, Turn turn) {
        RandomStream random = turn.random();
        int height = shape.size(1);
        int width = shape.size(2);
        double narrowest = StrictMath.log(minRatio);
        for (int i = 0; i < TRIES; i++) {
            double side = StrictMath.sqrt(random.nextDouble(minArea, 1));
            double stretch = StrictMath.exp(random.nextDouble(narrowest, -narrowest) / 2);
            int partWidth = (int) StrictMath.round(width * side * stretch);
            int partHeight = (int) StrictMath.round(height * side / stretch);
            if (partWidth >= 1 && partWidth <= width && partHeight >= 1 && partHeight <= height) {
                int top = random.nextInt(height - partHeight + 1);
                int left = random.nextInt(width - partWidth + 1);
                enlarge(values, shape, top, left, partHeight, partWidth);
                return;
            }
        }
    }

    private static void enlarge(float[] values, Shape shape, int top, int left, int partHeight, int partWidth) {
        int height = shape.size(1);
        int width = shape.size(2);
        if (partHeight == height && partWidth == width) {
            return;
        }
        float[] from = Scratch.copyOf(values);
        double down = (double) partHeight / height;
        double across = (double) partWidth / width;
        for (int y = 0; y < height; y++) {
            double v = inside((y + 0.5) * down - 0.5, partHeight) + top;
            for (int x = 0; x < width; x++) {
                double u = inside((x + 0.5) * across - 0.5, partWidth) + left;
                for (int c = 0; c < shape.size(0); c++) {
                    int plane = c * height * width;
                    values[plane + y * width + x] = Bilinear.within(from, plane, height, width, v, u);
                }
            }
        }
    }

    private static double inside(double place, int size) {
        return Math.min(Math.max(place, 0), size - 1);
    }
}
