package io.convoy.engine.data;

import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;

/**
 * Moves the image by a whole number of pixels, uniform over −maxPixels … maxPixels on each axis: a random crop of the
 * padded image.
 *
 * @param maxPixels the longest move on each axis, at least 0
 * @param fill what moves in from outside
 */
public record RandomShift(int maxPixels, Fill fill) implements Augmentation {
    /** What moves in from outside the image. */
    public enum Fill {
        /** Black. */
        ZERO,
        /** The nearest pixel of the image. */
        EDGE
    }

    public RandomShift {
        if (maxPixels < 0) {
            throw new DataException("RandomShift expects maxPixels of at least 0, but it got " + maxPixels + ".");
        }
    }

    @Override
    public void apply(float[] values, Shape shape, Turn turn) {
        RandomStream random = turn.random();
        int down = random.nextInt(2 * maxPixels + 1) - maxPixels;
        int right = random.nextInt(2 * maxPixels + 1) - maxPixels;
        int height = shape.size(1);
        int width = shape.size(2);
        for (int c = 0; c < shape.size(0); c++) {
            int plane = c * height * width;
            for (int i = 0; i < height; i++) {
                // Away from where rows come from, so that none is overwritten before it has been read.
                int row = down > 0 ? height - 1 - i : i;
                shiftRow(values, plane, row, down, right, height, width);
            }
        }
    }

    private void shiftRow(float[] values, int plane, int row, int down, int right, int height, int width) {
        int into = plane + row * width;
        int source = row - down;
        if (fill == Fill.ZERO && (source < 0 || source >= height)) {
            Arrays.fill(values, into, into + width, 0);
            return;
        }
        int from = plane + Math.min(Math.max(source, 0), height - 1) * width;
        int gap = Math.min(Math.abs(right), width);
        boolean zero = fill == Fill.ZERO;
        if (right > 0) {
            float edge = zero ? 0 : values[from];
            System.arraycopy(values, from, values, into + gap, width - gap);
            Arrays.fill(values, into, into + gap, edge);
        } else {
            float edge = zero ? 0 : values[from + width - 1];
            System.arraycopy(values, from + gap, values, into, width - gap);
            Arrays.fill(values, into + width - gap, into + width, edge);
        }
    }
}
