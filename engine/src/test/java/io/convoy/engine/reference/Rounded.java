package io.convoy.engine.reference;

/**
 * A number in float64, and how far from it float32 may end up. In units of half a unit in the last place, u = 2⁻²⁴:
 *
 * <ul>
 *   <li>an operation's result is off by its own rounding, |value|, and by what its operands were off, to first order: a·b by
 *       |a|·error(b) + |b|·error(a) + |a·b|, f(a) by |f′(a)|·error(a) + |f(a)|;
 *   <li>a sum of n terms, in whatever order it is taken, is off by what its terms were off, as if all erred the same way, and
 *       by √n · Σ|term|: its roundings are as good as independent, and no partial sum exceeds Σ|term|.
 * </ul>
 *
 * So Σ a·b over n products is off by u · (3 + √n) · Σ|a·b|. A kernel that computes something else, such as one tap of n missing,
 * is off by Σ|a·b| / n, which is more for any n below 40,000.
 *
 * @param value the number
 * @param inherited what the terms, or the operands, were off, in u
 * @param magnitude Σ|term|; |value| unless it is a sum
 * @param terms n; 1 unless it is a sum
 */
record Rounded(double value, double inherited, double magnitude, double terms) {
    static final Rounded ZERO = of(0);
    static final Rounded ONE = of(1);
    private static final double UNIT = 0x1p-24;

    static Rounded of(double value) {
        return new Rounded(value, 0, Math.abs(value), 1);
    }

    private double error() {
        return inherited + Math.sqrt(terms) * magnitude;
    }

    /** How far from {@link #value} float32 may end up: four times what is expected, since the model is one of first order. */
    double tolerance() {
        return 4 * UNIT * error() + Float.MIN_NORMAL;
    }

    Rounded plus(Rounded b) {
        return new Rounded(value + b.value, inherited + b.inherited, magnitude + b.magnitude, terms + b.terms);
    }

    Rounded times(Rounded b) {
        double product = value * b.value;
        return new Rounded(product, Math.abs(value) * b.error() + Math.abs(b.value) * error(), Math.abs(product), 1);
    }

    Rounded times(double factor) {
        return new Rounded(value * factor, inherited * Math.abs(factor), magnitude * Math.abs(factor), terms);
    }

    /** The same number, off by {@code error} more. */
    Rounded within(double error) {
        return new Rounded(value, inherited + error / (4 * UNIT), magnitude, terms);
    }

    /** f of this number, where f and f′ there are known. */
    Rounded apply(double f, double derivative) {
        return new Rounded(f, Math.abs(derivative) * error(), Math.abs(f), 1);
    }

    Rounded exp() {
        return apply(Math.exp(value), Math.exp(value));
    }

    Rounded pow(double exponent) {
        return exponent == 0 ? ONE : apply(Math.pow(value, exponent), exponent * Math.pow(value, exponent - 1));
    }
}
