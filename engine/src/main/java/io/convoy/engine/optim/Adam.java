package io.convoy.engine.optim;

/**
 * Adam (Kingma and Ba, 2015), with AMSGrad (Reddi et al. 2018) as an option, in PyTorch's form.
 *
 * <pre>
 * t = step + 1,  g ← g + weightDecay · w
 * m ← m + (1 − β₁)(g − m),  v ← β₂ v + (1 − β₂) g²,  v̂ = v, or its running maximum with amsgrad
 * w ← w − rate / (1 − β₁ᵗ) · m / (√v̂ / √(1 − β₂ᵗ) + ε)
 * </pre>
 *
 * @param beta1 decay of the mean, 0 ≤ beta1 &lt; 1; default 0.9; a schedule's momentum takes its place
 * @param beta2 decay of the square, 0 ≤ beta2 &lt; 1; default 0.999
 * @param epsilon added to the root, at least 0; default 1e-8
 * @param weightDecay L2 penalty's factor, added to the gradient, at least 0; default 0
 * @param amsgrad divide by the largest v seen; default false
 */
public record Adam(double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad)
        implements Optimizer {
    public Adam {
        Expect.inside("Adam", "beta1", beta1, 0, 1);
        Expect.inside("Adam", "beta2", beta2, 0, 1);
        Expect.atLeastZero("Adam", "epsilon", epsilon);
        Expect.atLeastZero("Adam", "weightDecay", weightDecay);
    }

    /** The paper's defaults. */
    public static Adam defaults() {
        return new Adam(0.9, 0.999, 1e-8, 0, false);
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
        float decay = (float) (weightDecay * update.decayFactor());
        AdamMoments.advance(beta, beta2, decay, w, g, state, offset, length);
        AdamMoments.descend(update, beta, beta2, epsilon, 1, w, state, offset, length);
    }
}
