package io.convoy.engine.optim;

/**
 * Adadelta (Zeiler, 2012), in PyTorch's form.
 *
 * <pre>
 * g ← g + weightDecay · w
 * v ← ρ v + (1 − ρ) g²,  Δ = √(u + ε) / √(v + ε) · g,  u ← ρ u + (1 − ρ) Δ²
 * w ← w − rate · Δ,  with a rate of 1 in the paper
 * </pre>
 *
 * @param rho decay of the squares, 0 ≤ rho &lt; 1; default 0.9
 * @param epsilon added below the roots, above 0; default 1e-6
 * @param weightDecay L2 penalty's factor, added to the gradient, at least 0; default 0
 */
public record Adadelta(double rho, double epsilon, double weightDecay) implements Optimizer {
    public Adadelta {
        Expect.inside("Adadelta", "rho", rho, 0, 1);
        Expect.above("Adadelta", "epsilon", epsilon, 0);
        Expect.atLeastZero("Adadelta", "weightDecay", weightDecay);
    }

    /** PyTorch's defaults. */
    public static Adadelta defaults() {
        return new Adadelta(0.9, 1e-6, 0);
    }

    @Override
    public int stateSpans() {
        return 2;
    }

    @Override
    public void update(Update update, float[] w, float[] g, float[][] state, int offset, int length) {
        float rate = (float) update.learningRate();
        float decay = (float) (weightDecay * update.decayFactor());
        float keep = (float) rho;
        float take = (float) (1 - rho);
        float tiny = (float) epsilon;
        float[] v = state[0];
        float[] u = state[1];
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            float gradient = g[i] + decay * w[i];
            v[i] = keep * v[i] + take * gradient * gradient;
            float delta = (float) Math.sqrt(u[i] + tiny) / (float) Math.sqrt(v[i] + tiny) * gradient;
            u[i] = keep * u[i] + take * delta * delta;
            w[i] -= rate * delta;
        }
    }
}
