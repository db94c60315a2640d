package io.convoy.engine.optim;

/**
 * Layer-wise adaptive moments, for large batches (You et al., 2020, algorithm 2, with φ(x) = x). ‖·‖ is over a whole tensor.
 *
 * <pre>
 * t = step + 1
 * m ← m + (1 − β₁)(g − m),  v ← β₂ v + (1 − β₂) g²
 * r = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε) + weightDecay · w
 * w ← w − rate · ‖w‖ / ‖r‖ · r,  with a quotient of 1 if ‖w‖ or ‖r‖ is 0
 * </pre>
 *
 * @param beta1 decay of the mean, 0 ≤ beta1 &lt; 1; default 0.9; a schedule's momentum takes its place
 * @param beta2 decay of the square, 0 ≤ beta2 &lt; 1; default 0.999
 * @param epsilon added to the root, above 0; default 1e-6
 * @param weightDecay part of the direction, at least 0; default 0
 */
public record Lamb(double beta1, double beta2, double epsilon, double weightDecay) implements Optimizer {
    public Lamb {
        Expect.inside("Lamb", "beta1", beta1, 0, 1);
        Expect.inside("Lamb", "beta2", beta2, 0, 1);
        Expect.above("Lamb", "epsilon", epsilon, 0);
        Expect.atLeastZero("Lamb", "weightDecay", weightDecay);
    }

    /** The paper's betas and epsilon, without weight decay. */
    public static Lamb defaults() {
        return new Lamb(0.9, 0.999, 1e-6, 0);
    }

    @Override
    public boolean takesMomentum() {
        return true;
    }

    /** The mean, the square, and the direction between the two phases. */
    @Override
    public int stateSpans() {
        return 3;
    }

    @Override
    public int sums() {
        return 2;
    }

    @Override
    public void measure(Update update, float[] w, float[] g, float[][] state, int offset, int length, double[] sums) {
        double beta = update.momentumOr(beta1);
        AdamMoments.advance(beta, beta2, 0, w, g, state, offset, length);
        double t = update.step() + 1.0;
        float meanCorrection = (float) (1 / (1 - StrictMath.pow(beta, t)));
        float squareCorrection = (float) (1 / (1 - StrictMath.pow(beta2, t)));
        float decay = (float) (weightDecay * update.decayFactor());
        float tiny = (float) epsilon;
        float[] m = state[0];
        float[] v = state[1];
        float[] r = state[2];
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            r[i] = m[i] * meanCorrection / ((float) Math.sqrt(v[i] * squareCorrection) + tiny) + decay * w[i];
        }
        sums[0] = SquareSum.of(w, offset, length);
        sums[1] = SquareSum.of(r, offset, length);
    }

    @Override
    public void update(Update update, float[] w, float[] g, float[][] state, int offset, int length) {
        double weights = Math.sqrt(update.sums().get(0));
        double direction = Math.sqrt(update.sums().get(1));
        double ratio = weights > 0 && direction > 0 ? weights / direction : 1;
        float rate = (float) (update.learningRate() * ratio);
        float[] r = state[2];
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            w[i] -= rate * r[i];
        }
    }
}
