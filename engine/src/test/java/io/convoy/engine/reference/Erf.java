package io.convoy.engine.reference;

/** The error function in float64: its Taylor series near 0, where it converges without cancelling much; else Lentz's fraction. */
final class Erf {
    private Erf() {}

    static double of(double x) {
        double size = Math.abs(x);
        return Math.signum(x) * (size < 2.5 ? series(size) : 1 - complement(size));
    }

    /** 2/√π · e^(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)): all terms have one sign. */
    private static double series(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    /** e^(−x²)/√π / (x + ½/(x + 1/(x + 1½/(x + …)))), from far inside outwards. */
    private static double complement(double x) {
        double fraction = x;
        for (int n = 200; n > 0; n--) {
            fraction = x + n / 2.0 / fraction;
        }
        return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
    }
}
