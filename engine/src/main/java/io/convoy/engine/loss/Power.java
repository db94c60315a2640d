package io.convoy.engine.loss;

/** Powers of numbers from 0 on that are the same on every JDK. {@link StrictMath#pow} is, too, but fills tables anew at each call. */
final class Power {
    private Power() {}

    /** {@code base}, at least 0, to the power of {@code exponent}, at least 0. */
    static double of(double base, double exponent) {
        if (exponent == 2) {
            return base * base;
        }
        if (exponent == 1) {
            return base;
        }
        if (base == 0) {
            return exponent == 0 ? 1 : 0;
        }
        return StrictMath.exp(exponent * StrictMath.log(base));
    }
}
