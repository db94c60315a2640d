package io.convoy.engine.optim;

/** Sums of squares in float64. Four partial sums keep a core busy; their order is fixed, and so are the bits. */
public final class SquareSum {
    private SquareSum() {}

    /** Σ x² over {@code length} floats from {@code offset} on. */
    public static double of(float[] x, int offset, int length) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int end = offset + length;
        int even = offset + length / 4 * 4;
        for (int i = offset; i < even; i += 4) {
            double p = x[i];
            double q = x[i + 1];
            double r = x[i + 2];
            double s = x[i + 3];
            a += p * p;
            b += q * q;
            c += r * r;
            d += s * s;
        }
        for (int i = even; i < end; i++) {
            a += (double) x[i] * x[i];
        }
        return (a + b) + (c + d);
    }
}
