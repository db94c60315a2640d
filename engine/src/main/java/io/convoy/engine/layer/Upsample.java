package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Resamples feature maps to another height and width, larger or smaller: PyTorch's Upsample and interpolate, ONNX's Resize.
 *
 * <pre>y[n,c,p,q] = Σ_{h,w} a[p,h] · b[q,w] · x[n,c,h,w],  x: [N, C, H, W] → y: [N, C, P, Q]</pre>
 *
 * where the weights a and b are the interpolation's at the place that the output's pixel has in the input. P is the size's, or
 * ⌊H · factor⌋ where only a factor is given; a place is found with the factor, or with P / H where only a size is given
 * (PyTorch's recompute_scale_factor=False). With both the size says how many pixels there are and the factor where they lie.
 *
 * <p>With a factor alone PyTorch has exceptions, and so has this: {@link Mode#BILINEAR}, and what antialiases, copy an axis whose
 * length stays, and {@link Mode#NEAREST} copies it, or repeats each pixel where the length doubles, whatever the factor is.
 *
 * @param interpolation how values between pixels are found
 * @param coordinates where output pixels lie in the input
 * @param size P and Q; none where {@code scaleFactor} says them
 * @param scaleFactor what height and width are of the input's, above 0; none where {@code size} says it
 */
public record Upsample(
        Interpolation interpolation,
        Coordinates coordinates,
        @Nullable Pair size,
        @Nullable Scale scaleFactor) implements Layer {
    /** PyTorch's modes. */
    public enum Mode {
        /** The pixel at or before the place, which counts from the pixels' corners. */
        NEAREST,

        /** The pixel in which the output pixel's centre lies. */
        NEAREST_EXACT,

        /** Linear between two neighbours along each axis. */
        BILINEAR,

        /** Cubic convolution over four neighbours along each axis. */
        BICUBIC;

        private Interpolation interpolation() {
            return switch (this) {
                case NEAREST -> Interpolation.NEAREST;
                case NEAREST_EXACT -> new Interpolation.Nearest(Interpolation.Rounding.HALF_UP);
                case BILINEAR -> Interpolation.LINEAR;
                case BICUBIC -> Interpolation.CUBIC;
            };
        }

        private Coordinates coordinates() {
            return this == NEAREST ? Coordinates.ASYMMETRIC : Coordinates.HALF_PIXEL;
        }
    }

    /** Where the output's pixel p, from 0 to P − 1, lies among the input's pixels, from 0 to H − 1. */
    public enum Coordinates {
        /** p / factor. */
        ASYMMETRIC,

        /** (p + ½) / factor − ½: the images' edges lie in one place. */
        HALF_PIXEL,

        /** As {@link #HALF_PIXEL}, but 0 where P is 1: ONNX's pytorch_half_pixel. */
        HALF_PIXEL_OR_FIRST,

        /** As {@link #HALF_PIXEL}, but moved until the images' centres lie in one place where H · factor isn't whole. */
        HALF_PIXEL_SYMMETRIC,

        /**
         * p · (H − 1) / (P − 1), 0 where P is 1: the centres of the corner pixels lie in one place. What antialiases has
         * PyTorch's places there, which don't: (p + ½) · (H − 1) / (P − 1) − ½.
         */
        ALIGNED_CORNERS,

        /** p · (H − 1) / (H · factor − 1): ONNX's align_corners, in which the output's length isn't rounded. */
        ALIGNED_UNROUNDED
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

    /** Below it a difference is float64's rounding. */
    private static final double CLOSE = 1e-9;

    public Upsample {
        if (size == null && scaleFactor == null) {
            throw new IllegalArgumentException("Upsample expects a size or a scaleFactor, but it got neither.");
        }
        if (size != null) {
            Expect.atLeast(1, "Upsample", "size", size);
        }
        if (scaleFactor != null && !(isFactor(scaleFactor.height()) && isFactor(scaleFactor.width()))) {
            throw new IllegalArgumentException(
                    "Upsample expects a finite scaleFactor above 0, but scaleFactor is " + scaleFactor + ".");
        }
    }

    private static boolean isFactor(double value) {
        return value > 0 && value < Double.POSITIVE_INFINITY;
    }

    /** To feature maps of {@code height} × {@code width}. */
    public static Upsample toSize(Mode mode, int height, int width) {
        return new Upsample(mode.interpolation(), mode.coordinates(), new Pair(height, width), null);
    }

    /** To {@code factor} times the height and width. */
    public static Upsample by(Mode mode, double factor) {
        return by(mode, factor, factor);
    }

    /** To {@code height} times the height and {@code width} times the width. */
    public static Upsample by(Mode mode, double height, double width) {
        return new Upsample(mode.interpolation(), mode.coordinates(), null, new Scale(height, width));
    }

    /** The same with PyTorch's align_corners, for bilinear and bicubic modes. */
    public Upsample withAlignedCorners() {
        requireWeights("aligned corners");
        return new Upsample(interpolation, Coordinates.ALIGNED_CORNERS, size, scaleFactor);
    }

    /** The same with PyTorch's antialias, for bilinear and bicubic modes. */
    public Upsample withAntialias() {
        requireWeights("antialias");
        Interpolation stretched = interpolation instanceof Interpolation.Linear
                ? new Interpolation.Linear(true, Interpolation.Border.LEFT_OUT)
                : new Interpolation.Cubic(-0.5, true, Interpolation.Border.LEFT_OUT);
        return new Upsample(stretched, coordinates, size, scaleFactor);
    }

    private void requireWeights(String what) {
        if (interpolation instanceof Interpolation.Nearest) {
            throw new IllegalArgumentException("Upsample expects " + what
                    + " with linear or cubic interpolation only, but interpolation is " + interpolation + ".");
        }
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.pixels(this, inputs);
        return List.of(Shape.of(
                x.size(0),
                x.size(1),
                size != null ? size.height() : scaled(x, 2),
                size != null ? size.width() : scaled(x, 3)));
    }

    private int scaled(Shape x, int axis) {
        double product = Math.floor(x.size(axis) * given(axis));
        if (product < 1 || product > Integer.MAX_VALUE) {
            throw new ShapeException(this + " expects to give at least one pixel and at most " + Integer.MAX_VALUE
                    + " along an axis, but its input is " + x + ".");
        }
        return (int) product;
    }

    /** Not a number if there is none. */
    private double given(int axis) {
        return scaleFactor == null ? Double.NaN : axis == 2 ? scaleFactor.height() : scaleFactor.width();
    }

    /** How dimension {@code axis}, 2 or 3, of {@code x} becomes that of {@code y}. */
    public Interpolating along(int axis, Shape x, Shape y) {
        double ofLengths = (double) y.size(axis) / x.size(axis);
        double factor = scaleFactor == null || (size == null && isExcepted(ofLengths)) ? ofLengths : given(axis);
        return new Interpolating(this, x.size(axis), y.size(axis), factor);
    }

    private boolean isExcepted(double ofLengths) {
        if (interpolation.equals(Interpolation.NEAREST)) {
            return coordinates == Coordinates.ASYMMETRIC && (ofLengths == 1 || ofLengths == 2);
        }
        boolean weighs = interpolation instanceof Interpolation.Linear
                || (interpolation instanceof Interpolation.Cubic cubic && cubic.antialias());
        return weighs && coordinates == Coordinates.HALF_PIXEL && ofLengths == 1;
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        Shape x = inputs.get(0);
        Shape y = outputs(inputs).get(0);
        return new Reach(reach(along(2, x, y)), reach(along(3, x, y)));
    }

    private AxisReach reach(Interpolating axis) {
        boolean aligned = coordinates == Coordinates.ALIGNED_CORNERS && axis.out() > 1;
        // The output's places come in steps of shift / period places of the input.
        int shift = aligned ? axis.in() - 1 : axis.in();
        int period = aligned ? axis.out() - 1 : axis.out();
        for (int whole = 1; !aligned && whole <= FACTOR_PERIODS; whole++) {
            double product = whole * axis.factor();
            if (product >= 1 - CLOSE && Math.abs(product - Math.rint(product)) < CLOSE * product) {
                shift = whole;
                period = (int) Math.rint(product);
                break;
            }
        }
        List<int[]> seen = new ArrayList<>();
        for (int p = 0; p < period; p++) {
            IntStream.Builder places = IntStream.builder();
            axis.readUnbounded(p, (h, weight) -> {
                if (Math.abs(weight) > CLOSE) {
                    places.add(h);
                }
            });
            seen.add(places.build().toArray());
        }
        return AxisReach.periodic(shift, seen);
    }

    @Override
    public String toString() {
        return "Upsample[interpolation=" + interpolation + (size == null ? "" : ", size=" + size)
                + (scaleFactor == null ? "" : ", scaleFactor=" + scaleFactor) + "]";
    }
}
