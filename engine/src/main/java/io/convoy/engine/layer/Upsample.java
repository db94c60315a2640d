package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resamples feature maps to another height and width, larger or smaller: PyTorch's Upsample and interpolate.
 *
 * <pre>y[n,c,p,q] = Σ_{h,w} a[p,h] · b[q,w] · x[n,c,h,w],  x: [N, C, H, W] → y: [N, C, P, Q]</pre>
 *
 * where the weights a and b are the interpolation's at the place that the output's pixel has in the input: p · s for
 * {@link Mode#NEAREST}, (p + ½) · s − ½ for the others, p · (H − 1) / (P − 1) with aligned corners. With a scale factor P is
 * ⌊H · factor⌋ and s is 1 / factor, else s is H / P (PyTorch's recompute_scale_factor=False).
 *
 * @param mode how values between pixels are found
 * @param size P and Q; none where {@code scaleFactor} says them
 * @param scaleFactor factor of height and width, above 0; none where {@code size} says them
 * @param alignCorners whether the centres of the corner pixels stay where they are; not for {@link Mode#NEAREST}; default false
 */
public record Upsample(
        Mode mode, @Nullable Pair size, @Nullable Scale scaleFactor, boolean alignCorners) implements Layer {
    /** How values between pixels are found. */
    public enum Mode {
        /** The value of the pixel at or before the place. */
        NEAREST,

        /** Linear between two neighbours along each axis. */
        BILINEAR,

        /** Cubic convolution over four neighbours along each axis (Keys 1981), with PyTorch's a = −0.75. */
        BICUBIC
    }

    /**
     * Two factors.
     *
     * @param height along H
     * @param width along W
     */
    public record Scale(double height, double width) {
        @Override
        public String toString() {
            return height == width ? Double.toString(height) : height + "×" + width;
        }
    }

    /** Factors with a larger denominator are taken for what they make of the length. */
    private static final int FACTOR_PERIODS = 64;

    public Upsample {
        if ((size == null) == (scaleFactor == null)) {
            throw new IllegalArgumentException("Upsample expects either a size or a scaleFactor, but size is " + size
                    + " and scaleFactor is " + scaleFactor + ".");
        }
        if (size != null) {
            Expect.atLeast(1, "Upsample", "size", size);
        }
        if (scaleFactor != null && !(isFactor(scaleFactor.height()) && isFactor(scaleFactor.width()))) {
            throw new IllegalArgumentException(
                    "Upsample expects a finite scaleFactor above 0, but scaleFactor is " + scaleFactor + ".");
        }
        if (alignCorners && mode == Mode.NEAREST) {
            throw new IllegalArgumentException(
                    "Upsample expects alignCorners with BILINEAR and BICUBIC only, but mode is " + mode + ".");
        }
    }

    private static boolean isFactor(double value) {
        return value > 0 && value < Double.POSITIVE_INFINITY;
    }

    /** To feature maps of {@code height} × {@code width}. */
    public static Upsample toSize(Mode mode, int height, int width) {
        return new Upsample(mode, new Pair(height, width), null, false);
    }

    /** To {@code factor} times the height and width. */
    public static Upsample by(Mode mode, double factor) {
        return new Upsample(mode, null, new Scale(factor, factor), false);
    }

    public Upsample withAlignedCorners() {
        return new Upsample(mode, size, scaleFactor, true);
    }

    /** The scale factor, 0 × 0 if there is none. */
    public Scale scale() {
        return scaleFactor == null ? new Scale(0, 0) : scaleFactor;
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.pixels(this, inputs);
        return List.of(Shape.of(
                x.size(0),
                x.size(1),
                size != null ? size.height() : scaled(x, x.size(2), scale().height()),
                size != null ? size.width() : scaled(x, x.size(3), scale().width())));
    }

    private int scaled(Shape x, int length, double factor) {
        double product = Math.floor(length * factor);
        if (product < 1 || product > Integer.MAX_VALUE) {
            throw new ShapeException(this + " expects to give at least one pixel and at most " + Integer.MAX_VALUE
                    + " along an axis, but its input is " + x + ".");
        }
        return (int) product;
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        Shape x = inputs.get(0);
        Shape y = outputs(inputs).get(0);
        return new Reach(reach(x.size(2), y.size(2), scale().height()), reach(x.size(3), y.size(3), scale().width()));
    }

    private AxisReach reach(int in, int out, double factor) {
        if (alignCorners && out == 1) {
            return AxisReach.window(1, 0, 0, 1);
        }
        // Places of the output in steps of shift / period places of the input.
        long shift = alignCorners ? in - 1 : in;
        long period = alignCorners ? out - 1 : out;
        for (int whole = 1; factor > 0 && !alignCorners && whole <= FACTOR_PERIODS; whole++) {
            double product = whole * factor;
            if (Math.abs(product - Math.rint(product)) < 1e-9 * product) {
                shift = whole;
                period = (long) Math.rint(product);
                break;
            }
        }
        List<int[]> seen = new ArrayList<>();
        for (int p = 0; p < period; p++) {
            // Twice the place, times the period.
            long at = alignCorners || mode == Mode.NEAREST ? 2 * p * shift : (2 * p + 1) * shift - period;
            int place = (int) Math.floorDiv(at, 2 * period);
            boolean between = Math.floorMod(at, 2 * period) != 0;
            seen.add(
                    mode == Mode.NEAREST || !between
                            ? new int[] {place}
                            : mode == Mode.BILINEAR
                                    ? new int[] {place, place + 1}
                                    : new int[] {place - 1, place, place + 1, place + 2});
        }
        return AxisReach.periodic(Math.toIntExact(shift), seen);
    }

    @Override
    public String toString() {
        return "Upsample[mode=" + mode + (size != null ? ", size=" + size : ", scaleFactor=" + scaleFactor) + "]";
    }
}
