package io.convoy.engine.optim;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), in PyTorch's form.
 *
 * <pre>
 * t = step + 1
 * m ← m + (1 − β₁)(g − m),  v ← β₂ v + (1 − β₂) g²,  v̂ = v, or its running maximum with amsgrad
 * w ← (1 − rate · weightDecay) · w − rate / (1 − β₁ᵗ) · m / (√v̂ / √(1 − β₂ᵗ) + ε)
 * </pre>
 *
 * @param beta1 decay of the mean, 0 ≤ beta1 &lt; 1; default 0.9; a schedule's momentum takes its place
 * @param beta2 decay of the square, 0 ≤ beta2 &lt; 1; default 0.999
 * @param epsilon added to the root, at least 0; default 1e-8
 * @param weightDecay the share of a weight that a step with rate 1 takes away, at least 0; default 0.01
 * @param amsgrad divide by the largest v seen; default false
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad)
        implements Optimizer {
    public AdamW {
        Expect.inside("AdamW", "beta1", beta1, 0, 1);
        Expect.inside("AdamW", "beta2", beta2, 0, 1);
        Expect.atLeastZero("AdamW", "epsilon", epsilon);
        Expect.atLeastZero("AdamW", "weightDecay", weightDecay);
    }

    /** PyTorch's defaults. */
    public static AdamW defaults() {
        return new AdamW(0.9, 0.999, 1e-8, 0.01, false);
    }

    @Override
    public boolean takesMomentum() {
        return true;
    }

    @Override
    public int stateSpans() {
        return amsgrad ? 3 : 2;
    }

    @Override
    public void update(Update update, float[] w, float[] g, float[][] state, int offset, int length) {
        double beta = update.momentumOr(beta1);
        float keep = (float) (1 - update.learningRate() * weightDecay * update.decayFactor());
        AdamMoments.advance(beta, beta2, 0, w, g, state, offset, length);
        AdamMoments.descend(update, beta, beta2, epsilon, keep, w, state, offset, length);
    }
}
