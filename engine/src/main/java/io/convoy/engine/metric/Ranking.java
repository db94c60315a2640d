package io.convoy.engine.metric;

/** The order of the classes by their scores, highest first; of two equal scores the lower class goes first, NaN goes last. */
public final class Ranking {
    private Ranking() {}

    /** The class with the highest of the {@code classes} scores from {@code offset} on: the prediction. */
    public static int best(float[] scores, int offset, int classes) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (precedes(scores[offset + c], scores[offset + best])) {
                best = c;
            }
        }
        return best;
    }

    /** The number of classes that go before {@code target}; top-k accuracy counts the samples where it is below k. */
    public static int rank(float[] scores, int offset, int classes, int target) {
        float own = scores[offset + target];
        int rank = 0;
        for (int c = 0; c < classes; c++) {
            float score = scores[offset + c];
            if (precedes(score, own) || (c < target && !precedes(own, score))) {
                rank++;
            }
        }
        return rank;
    }

    private static boolean precedes(float a, float b) {
        return a > b || (Float.isNaN(b) && !Float.isNaN(a));
    }
}
