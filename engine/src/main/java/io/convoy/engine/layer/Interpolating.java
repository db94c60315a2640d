package io.convoy.engine.layer;

import io.convoy.engine.layer.Interpolation.Border;
import io.convoy.engine.layer.Interpolation.Cubic;
import io.convoy.engine.layer.Interpolation.Linear;
import io.convoy.engine.layer.Interpolation.Nearest;
import io.convoy.engine.layer.Interpolation.Rounding;
import io.convoy.engine.layer.Upsample.Coordinates;
import java.util.function.DoubleUnaryOperator;

/**
 * Which pixels an {@link Upsample} reads along one axis, and with which weights.
 *
 * @param layer which interpolation, and of which coordinates
 * @param in the input's length
 * @param out the output's length
 * @param factor with which places are found
 */
public record Interpolating(Upsample layer, int in, int out, double factor) {
    /** Is told the pixels of one place, in order. */
    public interface Pixels {
        /**
         * One that counts.
         *
         * @param h its number
         * @param weight not 0
         */
        void pixel(int h, double weight);
    }

    /** Whether weights count by their share of their sum. */
    public boolean shares() {
        return (layer.interpolation() instanceof Linear linear && (linear.antialias() || leavesOut(linear.border())))
                || (layer.interpolation() instanceof Cubic cubic && (cubic.antialias() || leavesOut(cubic.border())));
    }

    private static boolean leavesOut(Border border) {
        return border == Border.LEFT_OUT;
    }

    /** The pixels, from 0 to {@code in} − 1, that the output's pixel {@code p} reads; one may come more than once. */
    public void read(int p, Pixels pixels) {
        Interpolation kind = layer.interpolation();
        boolean leavesOut = (kind instanceof Linear linear && leavesOut(linear.border()))
                || (kind instanceof Cubic cubic && leavesOut(cubic.border()));
        readUnbounded(p, (h, weight) -> {
            int inside = Math.max(0, Math.min(h, in - 1));
            if (h == inside || !leavesOut) {
                pixels.pixel(inside, weight);
            }
        });
    }

    /** As if the input had no borders: the pixels may lie outside it. */
    void readUnbounded(int p, Pixels pixels) {
        Interpolation kind = layer.interpolation();
        if (kind instanceof Linear linear) {
            weighted(p, 1, distance -> Math.max(0, 1 - distance), linear.antialias(), pixels);
        } else if (kind instanceof Cubic cubic) {
            weighted(p, 2, distance -> cubic(distance, cubic.a()), cubic.antialias(), pixels);
        } else {
            pixels.pixel((int) rounded(p, ((Nearest) kind).rounding()), 1);
        }
    }

    /** In float32 throughout, as PyTorch whatever the tensors are: what is a border between pixels counts as one. */
    private double rounded(int p, Rounding rounding) {
        float step = (float) (1 / factor);
        boolean exact = rounding == Rounding.HALF_UP && layer.coordinates() == Coordinates.HALF_PIXEL;
        if (exact) {
            return Math.floor((float) ((p + 0.5) * step));
        }
        double place = layer.coordinates() == Coordinates.ASYMMETRIC ? p * step : (float) place(p);
        return switch (rounding) {
            case DOWN -> Math.floor(place);
            case UP -> Math.ceil(place);
            case HALF_DOWN -> Math.ceil(place - 0.5);
            case HALF_UP -> Math.floor(place + 0.5);
        };
    }

    private double place(int p) {
        return switch (layer.coordinates()) {
            case ASYMMETRIC -> p / factor;
            case HALF_PIXEL -> halfPixel(p);
            case HALF_PIXEL_OR_FIRST -> out == 1 ? 0 : halfPixel(p);
            case HALF_PIXEL_SYMMETRIC -> halfPixel(p) + in / 2.0 * (1 - out / (in * factor));
            case ALIGNED_CORNERS -> p * alignedStep(out);
            case ALIGNED_UNROUNDED -> p * alignedStep(in * factor);
        };
    }

    /** PyTorch aligns no corners where it antialiases. */
    private double place(int p, boolean antialias) {
        return antialias && layer.coordinates() == Coordinates.ALIGNED_CORNERS
                ? (p + 0.5) * alignedStep(out) - 0.5
                : place(p);
    }

    private double halfPixel(int p) {
        return (p + 0.5) / factor - 0.5;
    }

    private double alignedStep(double length) {
        return length == 1 ? 0 : (in - 1) / (length - 1);
    }

    /** How many input pixels wide a distance of 1 is where a larger input is antialiased. */
    private double stretch() {
        double step = layer.coordinates() == Coordinates.ALIGNED_CORNERS ? alignedStep(out) : 1 / factor;
        return Math.max(1, step);
    }

    /** Pixels nearer to the place than {@code reach}, or than what that is stretched to. */
    private void weighted(int p, int reach, DoubleUnaryOperator weight, boolean antialias, Pixels pixels) {
        double stretch = antialias ? stretch() : 1;
        double wide = reach * stretch;
        // Farther outside nothing changes any more.
        double at = Math.max(-wide - 1, Math.min(place(p, antialias), in + wide));
        int end = (int) Math.ceil(at + wide);
        for (int h = (int) Math.floor(at - wide) + 1; h < end; h++) {
            double by = weight.applyAsDouble(Math.abs(h - at) / stretch);
            if (by != 0) {
                pixels.pixel(h, by);
            }
        }
    }

    private static double cubic(double distance, double a) {
        if (distance <= 1) {
            return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
        }
        return ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a;
    }
}
