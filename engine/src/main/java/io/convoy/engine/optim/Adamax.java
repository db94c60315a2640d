package io.convoy.engine.optim;

/**
 * Adam with the infinity norm (Kingma and Ba, 2015, section 7.1), in PyTorch's form.
 *
 * <pre>
 * t = step + 1,  g ← g + weightDecay · w
 * m ← m + (1 − β₁)(g − m),  u ← max(β₂ u, |g| + ε)
 * w ← w − rate / (1 − β₁ᵗ) · m / u
 * </pre>
 *
 * @param beta1 decay of the mean, 0 ≤ beta1 &lt; 1; default 0.9; a schedule's momentum takes its place
 * @param beta2 decay of the largest gradient, 0 ≤ beta2 &lt; 1; default 0.999
 * @param epsilon added to the gradient's size, above 0; default 1e-8
 * @param weightDecay L2 penalty's factor, added to the gradient, at least 0; default 0
 */
public record Adamax(double beta1, double beta2, double epsilon, double weightDecay) implements Optimizer {
    public Adamax {
        Expect.inside("Adamax", "beta1", beta1, 0, 1);
        Expect.inside("Adamax", "beta2", beta2, 0, 1);
        Expect.above("Adamax", "epsilon", epsilon, 0);
        Expect.atLeastZero("Adamax", "weightDecay", weightDecay);
    }

    /** The paper's defaults. */
    public static Adamax defaults() {
        return new Adamax(0.9, 0.999, 1e-8, 0);
    }

    @Override
    public boolean takesMomentum() {
        return true;
    }

    @Override
    public int stateSpans() {
        return 2;
    }

    @Override
    public void update(Update update, float[] w, float[] g, float[][] state, int offset, int length) {
        double beta = update.momentumOr(beta1);
        float stepSize = (float) (update.learningRate() / (1 - StrictMath.pow(beta, update.step() + 1.0)));
        float decay = (float) (weightDecay * update.decayFactor());
        float take = (float) (1 - beta);
        float keep = (float) beta2;
        float tiny = (float) epsilon;
        float[] m = state[0];
        float[] u = state[1];
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            float gradient = g[i] + decay * w[i];
            m[i] += take * (gradient - m[i]);
            u[i] = Math.max(keep * u[i], Math.abs(gradient) + tiny);
            w[i] -= stepSize * m[i] / u[i];
        }
    }
}
