package io.convoy.engine.reference;

import java.util.function.Function;

/** A kernel's numbers beside the reference's. */
final class Comparison {
    private Comparison() {}

    static String ofValues(Scalars expected, float[] actual) {
        return of(expected, Scalar::rounded, actual);
    }

    static String ofGradients(Scalars expected, float[] actual) {
        return of(expected, Scalar::gradient, actual);
    }

    /** The worst element where one is off by more than its tolerance. */
    private static String of(Scalars expected, Function<Scalar, Rounded> part, float[] actual) {
        if (actual.length != expected.values().size()) {
            return "has " + actual.length + " elements instead of those of " + expected.shape();
        }
        int wrong = 0;
        int worst = 0;
        double worstRatio = 0;
        for (int i = 0; i < actual.length; i++) {
            Rounded one = part.apply(expected.values().get(i));
            double ratio = ratio(one, actual[i]);
            wrong += ratio > 1 ? 1 : 0;
            if (ratio > worstRatio) {
                worst = i;
                worstRatio = ratio;
            }
        }
        if (wrong == 0) {
            return "";
        }
        Rounded one = part.apply(expected.values().get(worst));
        return String.format(
                "%d of %s elements wrong; number %d is %s instead of %s ± %s, off %.3g times as much%n",
                wrong, expected.shape(), worst, actual[worst], one.value(), one.tolerance(), worstRatio);
    }

    private static double ratio(Rounded expected, float actual) {
        if (actual == (float) expected.value()) {
            return 0;
        }
        double ratio = Math.abs(actual - expected.value()) / expected.tolerance();
        return Double.isNaN(ratio) ? Double.POSITIVE_INFINITY : ratio;
    }
}
