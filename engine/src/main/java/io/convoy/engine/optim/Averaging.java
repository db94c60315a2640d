package io.convoy.engine.optim;

/**
 * An exponential moving average of the weights (Polyak and Juditsky, 1992; in the form of PyTorch's {@code AveragedModel} with
 * {@code get_ema_multi_avg_fn}), which is evaluated and saved in their place. Running statistics are not averaged.
 *
 * <pre>a ← w after the first step,  a ← a + (1 − decay)(w − a) after each later one</pre>
 *
 * @param decay 0 ≤ decay &lt; 1; default 0.999
 */
public record Averaging(double decay) {
    public Averaging {
        Expect.inside("Averaging", "decay", decay, 0, 1);
    }

    /** Overwrites the average {@code a} with that after {@code w}, which step {@code step} made. */
    public void update(long step, float[] a, float[] w) {
        if (step == 0) {
            System.arraycopy(w, 0, a, 0, a.length);
            return;
        }
        float take = (float) (1 - decay);
        for (int i = 0; i < a.length; i++) {
            a[i] += take * (w[i] - a[i]);
        }
    }
}
