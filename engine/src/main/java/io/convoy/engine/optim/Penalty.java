package io.convoy.engine.optim;

/**
 * What is added to the loss for large weights, once a step, by the owner of a span. The loss that is reported is that of the
 * data, without it.
 *
 * <pre>l1 · Σ|w| + l2 / 2 · Σw²,  so  g ← g + l1 · sign(w) + l2 · w</pre>
 *
 * It comes before clipping, other than the weight decay of a rule, which comes after it. Both are multiplied by the decay
 * factor of a parameter's group.
 *
 * @param l1 at least 0; default 0
 * @param l2 at least 0; default 0
 */
public record Penalty(double l1, double l2) {
    /** No penalty. */
    public static final Penalty NONE = new Penalty(0, 0);

    public Penalty {
        Expect.atLeastZero("Penalty", "l1", l1);
        Expect.atLeastZero("Penalty", "l2", l2);
    }

    /** Adds its gradient at {@code w}, times {@code factor}, to {@code g}. */
    public void addTo(float[] g, float[] w, double factor, int offset, int length) {
        float byWeight = (float) (l2 * factor);
        float bySign = (float) (l1 * factor);
        int end = offset + length;
        if (byWeight != 0) {
            for (int i = offset; i < end; i++) {
                g[i] += byWeight * w[i];
            }
        }
        if (bySign != 0) {
            for (int i = offset; i < end; i++) {
                g[i] += bySign * Math.signum(w[i]);
            }
        }
    }
}
