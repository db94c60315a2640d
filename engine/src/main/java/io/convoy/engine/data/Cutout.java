package io.convoy.engine.data;

import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;

/**
 * Covers a square (DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017). Its middle is
 * uniform over the pixels, so that it may reach beyond the border.
 *
 * @param size the square's side in pixels, at least 1
 * @param level what covers it, 0 … 1; 0.5 is near the mean of most data
 */
public record Cutout(int size, double level) implements Augmentation {
    public Cutout {
        if (size < 1 || !(level >= 0 && level <= 1)) {
            throw new DataException("Cutout expects a size of at least 1 and a level of 0 … 1, but it got " + size
                    + " and " + level + ".");
        }
    }

    @Override
    public void apply(float[] values, Shape shape, Turn turn) {
        RandomStream random = turn.random();
        int height = shape.size(1);
        int width = shape.size(2);
        int top = random.nextInt(height) - size / 2;
        int left = random.nextInt(width) - size / 2;
        int begin = Math.max(left, 0);
        int end = Math.min(left + size, width);
        for (int row = 0; row < shape.size(0) * height; row++) {
            int y = row % height;
            if (y >= top && y < top + size) {
                Arrays.fill(values, row * width + begin, row * width + end, (float) level);
            }
        }
    }
}
