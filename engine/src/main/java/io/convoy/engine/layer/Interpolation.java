package io.convoy.engine.layer;

/**
 * How {@link Upsample} finds the value at a place between pixels, along one axis as along the other. Weighted kinds give the
 * pixel h the weight w(h − place), or with {@code antialias}, where the output is the smaller one, w((h − place) · factor)
 * divided by the sum of all such weights, factor being what the output is of the input.
 */
public sealed interface Interpolation {
    /** PyTorch's nearest, with {@link Upsample.Coordinates#ASYMMETRIC}: the pixel at or before the place. */
    Interpolation NEAREST = new Nearest(Rounding.DOWN);

    /** PyTorch's bilinear. */
    Interpolation LINEAR = new Linear(false, Border.REPEATED);

    /** PyTorch's bicubic. */
    Interpolation CUBIC = new Cubic(-0.75, false, Border.REPEATED);

    /** The pixel whose number is the place, rounded. */
    record Nearest(Rounding rounding) implements Interpolation {}

    /**
     * Between two neighbours: w(d) = max(0, 1 − |d|).
     *
     * @param antialias whether it is stretched so that all pixels of a larger input count
     * @param border what lies outside the input
     */
    record Linear(boolean antialias, Border border) implements Interpolation {}

    /**
     * Between four neighbours, by cubic convolution (Keys 1981): w(d) = (a + 2)|d|³ − (a + 3)d² + 1 for |d| ≤ 1, and
     * a(|d|³ − 5d² + 8|d| − 4) for |d| below 2.
     *
     * @param a the slope at a distance of 1; PyTorch has −0.75, and −0.5, as Keys, where it antialiases
     * @param antialias whether it is stretched so that all pixels of a larger input count
     * @param border what lies outside the input
     */
    record Cubic(double a, boolean antialias, Border border) implements Interpolation {
        public Cubic {
            Expect.number("Cubic", "a", a);
        }
    }

    /** To which whole number a place is rounded; one beyond the border is the border. */
    enum Rounding {
        /** ⌊place⌋. */
        DOWN,

        /** ⌈place⌉. */
        UP,

        /** To the nearest, from the middle down: ⌈place − ½⌉. */
        HALF_DOWN,

        /** To the nearest, from the middle up: ⌊place + ½⌋. */
        HALF_UP
    }

    /** What lies outside the input. */
    enum Border {
        /** The outermost pixel, again and again. */
        REPEATED,

        /** Nothing: the other pixels' weights are divided by their sum. */
        LEFT_OUT
    }
}
