package io.convoy.own;

import io.convoy.engine.data.Augmentation;
import io.convoy.engine.data.Turn;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;

/** Makes a square of the image black, anywhere, in part outside too (DeVries and Taylor 2017). */
public record Cutout(int side) implements Augmentation {
    public Cutout {
        if (side < 1) {
            throw new IllegalArgumentException("Cutout expects a side of at least 1, but it is " + side + ".");
        }
    }

    @Override
    public void apply(float[] values, Shape shape, Turn turn) {
        RandomStream random = turn.random();
        int height = shape.size(1);
        int width = shape.size(2);
        int top = random.nextInt(height) - side / 2;
        int left = random.nextInt(width) - side / 2;
        for (int c = 0; c < shape.size(0); c++) {
            for (int h = Math.max(0, top); h < Math.min(height, top + side); h++) {
                for (int w = Math.max(0, left); w < Math.min(width, left + side); w++) {
                    values[(c * height + h) * width + w] = 0;
                }
            }
        }
    }
}
