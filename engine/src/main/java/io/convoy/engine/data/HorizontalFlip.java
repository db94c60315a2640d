package io.convoy.engine.data;

import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;

/**
 * Mirrors the image, left for right.
 *
 * @param probability how often, 0 … 1
 */
public record HorizontalFlip(double probability) implements Augmentation {
    public HorizontalFlip {
        if (!(probability >= 0 && probability <= 1)) {
            throw new DataException("HorizontalFlip expects a probability of 0 … 1, but it got " + probability + ".");
        }
    }

    @Override
    public void apply(float[] values, Shape shape, RandomStream random) {
        if (random.nextDouble() >= probability) {
            return;
        }
        int width = shape.size(2);
        int rows = shape.size(0) * shape.size(1);
        for (int row = 0; row < rows; row++) {
            for (int left = row * width, right = left + width - 1; left < right; left++, right--) {
                float swapped = values[left];
                values[left] = values[right];
                values[right] = swapped;
            }
        }
    }
}
