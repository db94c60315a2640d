package io.convoy.engine.data;

import io.convoy.engine.data.RandomShift.Fill;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;

/**
 * Turns the image about its middle, bilinearly, clockwise by an angle that is uniform over −degrees … degrees.
 *
 * @param degrees the largest angle, 0 … 180
 * @param fill what turns in from outside
 */
public record RandomRotation(double degrees, Fill fill) implements Augmentation {
    public RandomRotation {
        if (!(degrees >= 0 && degrees <= 180)) {
            throw new DataException("RandomRotation expects 0 … 180 degrees, but it got " + degrees + ".");
        }
    }

    @Override
    public void apply(float[] values, Shape shape, Turn turn) {
        RandomStream random = turn.random();
        double angle = StrictMath.toRadians(random.nextDouble(-degrees, degrees));
        if (angle == 0) {
            return;
        }
        double cosine = StrictMath.cos(angle);
        double sine = StrictMath.sin(angle);
        int height = shape.size(1);
        int width = shape.size(2);
        float[] from = Scratch.copyOf(values);
        double middleY = (height - 1) / 2.0;
        double middleX = (width - 1) / 2.0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double v = middleY + cosine * (y - middleY) - sine * (x - middleX);
                double u = middleX + sine * (y - middleY) + cosine * (x - middleX);
                boolean outside = v <= -1 || v >= height || u <= -1 || u >= width;
                double nearV = Math.min(Math.max(v, 0), height - 1);
                double nearU = Math.min(Math.max(u, 0), width - 1);
                // Beyond the outermost centres the image fades out over a pixel.
                float share = fill == Fill.EDGE
                        ? 1
                        : outside ? 0 : (float) ((1 - Math.abs(v - nearV)) * (1 - Math.abs(u - nearU)));
                for (int c = 0; c < shape.size(0); c++) {
                    int plane = c * height * width;
                    values[plane + y * width + x] =
                            share == 0 ? 0 : share * Bilinear.within(from, plane, height, width, nearV, nearU);
                }
            }
        }
    }
}
