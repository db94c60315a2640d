package io.convoy.engine.data;

import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;

/**
 * Changes brightness, contrast, saturation and hue, in an order of their own for each sample (Howard, "Some improvements on deep
 * convolutional neural network based image classification", 2013). Values stay within 0 … 1.
 *
 * <pre>
 * brightness: x · f,  contrast: f · x + (1 − f) · mean of the luma,  saturation: f · x + (1 − f) · the pixel's luma
 * f uniform over max(0, 1 − strength) … 1 + strength; the hue turns by a share of the circle uniform over −hue … hue
 * </pre>
 *
 * Gray images have neither saturation nor hue.
 *
 * @param brightness strength, at least 0
 * @param contrast strength, at least 0
 * @param saturation strength, at least 0
 * @param hue 0 … 0.5
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue) implements Augmentation {
    private static final float RED = 0.299f;
    private static final float GREEN = 0.587f;
    private static final float BLUE = 0.114f;

    public ColorJitter {
        if (!(brightness >= 0 && contrast >= 0 && saturation >= 0 && hue >= 0 && hue <= 0.5)
                || !Double.isFinite(brightness + contrast + saturation)) {
            throw new DataException("ColorJitter expects strengths of at least 0 and a hue of 0 … 0.5, but it got "
                    + brightness + ", " + contrast + ", " + saturation + " and " + hue + ".");
        }
    }

    @Override
    public void apply(float[] values, Shape shape, Turn turn) {
        RandomStream random = turn.random();
        float byBrightness = factor(brightness, random);
        float byContrast = factor(contrast, random);
        float bySaturation = factor(saturation, random);
        double angle = random.nextDouble(-hue, hue);
        boolean colors = shape.size(0) == 3;
        int length = shape.size(0) * shape.size(1) * shape.size(2);
        int plane = shape.size(1) * shape.size(2);
        // Four steps in the order of a permutation that is drawn step by step.
        int left = 0b1111;
        for (int remaining = 4; remaining > 0; remaining--) {
            int step = nthOf(left, random.nextInt(remaining));
            left &= ~(1 << step);
            switch (step) {
                case 0 -> blend(values, length, byBrightness, 0);
                case 1 -> blend(values, length, byContrast, brightnessOf(values, plane, colors));
                case 2 -> {
                    if (colors && bySaturation != 1) {
                        saturate(values, plane, bySaturation);
                    }
                }
                default -> {
                    if (colors && angle != 0) {
                        turn(values, plane, (float) angle);
                    }
                }
            }
        }
    }

    private static float factor(double strength, RandomStream random) {
        return (float) random.nextDouble(Math.max(0, 1 - strength), 1 + strength);
    }

    private static int nthOf(int bits, int n) {
        int rest = bits;
        for (int i = 0; i < n; i++) {
            rest &= rest - 1;
        }
        return Integer.numberOfTrailingZeros(rest);
    }

    private static float clamped(float value) {
        return Math.min(Math.max(value, 0), 1);
    }

    private static void blend(float[] values, int length, float factor, float with) {
        if (factor != 1) {
            for (int i = 0; i < length; i++) {
                values[i] = clamped(factor * values[i] + (1 - factor) * with);
            }
        }
    }

    private static float luma(float[] values, int plane, int i) {
        return RED * values[i] + GREEN * values[plane + i] + BLUE * values[2 * plane + i];
    }

    private static float brightnessOf(float[] values, int plane, boolean colors) {
        double sum = 0;
        for (int i = 0; i < plane; i++) {
            sum += colors ? luma(values, plane, i) : values[i];
        }
        return (float) (sum / plane);
    }

    private static void saturate(float[] values, int plane, float factor) {
        for (int i = 0; i < plane; i++) {
            float gray = (1 - factor) * luma(values, plane, i);
            for (int at = i; at < 3 * plane; at += plane) {
                values[at] = clamped(factor * values[at] + gray);
            }
        }
    }

    /** Turns the hue of the hexcone (Smith, "Color gamut transform pairs", SIGGRAPH 1978), and leaves saturation and value. */
    private static void turn(float[] values, int plane, float share) {
        for (int i = 0; i < plane; i++) {
            float red = values[i];
            float green = values[plane + i];
            float blue = values[2 * plane + i];
            float most = Math.max(red, Math.max(green, blue));
            float range = most - Math.min(red, Math.min(green, blue));
            if (range == 0) {
                continue;
            }
            float sixths;
            if (most == red) {
                sixths = (green - blue) / range;
            } else if (most == green) {
                sixths = 2 + (blue - red) / range;
            } else {
                sixths = 4 + (red - green) / range;
            }
            sixths += 6 * share;
            values[i] = channel(sixths + 5, most, range);
            values[plane + i] = channel(sixths + 3, most, range);
            values[2 * plane + i] = channel(sixths + 1, most, range);
        }
    }

    private static float channel(float sixths, float most, float range) {
        float k = sixths % 6;
        k = k < 0 ? k + 6 : k;
        return most - range * Math.max(0, Math.min(1, Math.min(k, 4 - k)));
    }
}
