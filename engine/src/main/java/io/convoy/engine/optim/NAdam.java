package io.convoy.engine.optim;

/**
 * Adam with Nesterov's momentum (Dozat, 2016), in PyTorch's form.
 *
 * <pre>
 * t = step + 1,  μₜ = β₁ (1 − ½ · 0.96^(t · momentumDecay)),  M = μ₁ μ₂ … μₜ
 * g ← g + weightDecay · w,  or with decoupled decay  w ← (1 − rate · weightDecay) · w
 * m ← m + (1 − β₁)(g − m),  v ← β₂ v + (1 − β₂) g²
 * w ← w − rate · ((1 − μₜ) / (1 − M) · g + μₜ₊₁ / (1 − M μₜ₊₁) · m) / (√(v / (1 − β₂ᵗ)) + ε)
 * </pre>
 *
 * M is computed anew in every step, since a rule keeps nothing but spans; a schedule's momentum counts in it as if it had
 * been there from the start.
 *
 * @param beta1 decay of the mean, 0 ≤ beta1 &lt; 1; default 0.9; a schedule's momentum takes its place
 * @param beta2 decay of the square, 0 ≤ beta2 &lt; 1; default 0.999
 * @param epsilon added to the root, at least 0; default 1e-8
 * @param weightDecay at least 0; default 0
 * @param momentumDecay how fast the momentum warms up, at least 0; default 0.004
 * @param decoupled whether the weight decay is AdamW's instead of an L2 penalty's; default false
 */
public record NAdam(
        double beta1, double beta2, double epsilon, double weightDecay, double momentumDecay, boolean decoupled)
        implements Optimizer {
    /** A product below this leaves 1 − M at 1. */
    private static final double NOTHING = 0x1p-60;

    public NAdam {
        Expect.inside("NAdam", "beta1", beta1, 0, 1);
        Expect.inside("NAdam", "beta2", beta2, 0, 1);
        Expect.atLeastZero("NAdam", "epsilon", epsilon);
        Expect.atLeastZero("NAdam", "weightDecay", weightDecay);
        Expect.atLeastZero("NAdam", "momentumDecay", momentumDecay);
    }

    /** PyTorch's defaults. */
    public static NAdam defaults() {
        return new NAdam(0.9, 0.999, 1e-8, 0, 0.004, false);
    }

    @Override
    public boolean takesMomentum() {
        return true;
    }

    @Override
    public int stateSpans() {
        return 2;
    }

    private double momentum(double beta, double t) {
        return beta * (1 - 0.5 * StrictMath.pow(0.96, t * momentumDecay));
    }

    private double product(double beta, double t) {
        double product = 1;
        for (double i = 1; i <= t && product > NOTHING; i++) {
            product *= momentum(beta, i);
        }
        return product;
    }

    @Override
    public void update(Update update, float[] w, float[] g, float[][] state, int offset, int length) {
        double beta = update.momentumOr(beta1);
        double t = update.step() + 1.0;
        double product = product(beta, t);
        double next = momentum(beta, t + 1);
        double rate = update.learningRate();
        float alongGradient = (float) (rate * (1 - momentum(beta, t)) / (1 - product));
        float alongMean = (float) (rate * next / (1 - product * next));
        float correction = (float) (1 / (1 - StrictMath.pow(beta2, t)));
        double decay = weightDecay * update.decayFactor();
        float penalty = decoupled ? 0 : (float) decay;
        float keepWeight = decoupled ? (float) (1 - rate * decay) : 1;
        float takeMean = (float) (1 - beta);
        float keepSquare = (float) beta2;
        float takeSquare = (float) (1 - beta2);
        float tiny = (float) epsilon;
        float[] m = state[0];
        float[] v = state[1];
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            float gradient = g[i] + penalty * w[i];
            m[i] += takeMean * (gradient - m[i]);
            v[i] = keepSquare * v[i] + takeSquare * gradient * gradient;
            w[i] = keepWeight * w[i]
                    - (alongGradient * gradient + alongMean * m[i]) / ((float) Math.sqrt(v[i] * correction) + tiny);
        }
    }
}
