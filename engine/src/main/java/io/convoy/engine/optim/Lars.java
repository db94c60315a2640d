package io.convoy.engine.optim;

/**
 * Layer-wise adaptive rate scaling, for large batches (You, Gitman and Ginsburg, 2017, algorithm 1). ‖·‖ is over a whole
 * tensor.
 *
 * <pre>
 * λ = trust · ‖w‖ / (‖g‖ + weightDecay · ‖w‖ + ε),  1 if ‖w‖ or ‖g‖ is 0
 * v ← momentum · v + rate · λ · (g + weightDecay · w)
 * w ← w − v
 * </pre>
 *
 * @param momentum 0 ≤ momentum &lt; 1; default 0.9; a schedule's momentum takes its place
 * @param weightDecay at least 0; default 0
 * @param trust the paper's η, above 0; default 0.001
 * @param epsilon keeps the division whole, at least 0; default 1e-8
 */
public record Lars(double momentum, double weightDecay, double trust, double epsilon) implements Optimizer {
    public Lars {
        Expect.inside("Lars", "momentum", momentum, 0, 1);
        Expect.atLeastZero("Lars", "weightDecay", weightDecay);
        Expect.above("Lars", "trust", trust, 0);
        Expect.atLeastZero("Lars", "epsilon", epsilon);
    }

    /** The paper's momentum and trust, without weight decay. */
    public static Lars defaults() {
        return new Lars(0.9, 0, 0.001, 1e-8);
    }

    @Override
    public boolean takesMomentum() {
        return true;
    }

    @Override
    public int stateSpans() {
        return 1;
    }

    @Override
    public int sums() {
        return 2;
    }

    @Override
    public void measure(Update update, float[] w, float[] g, float[][] state, int offset, int length, double[] sums) {
        sums[0] = SquareSum.of(w, offset, length);
        sums[1] = SquareSum.of(g, offset, length);
    }

    @Override
    public void update(Update update, float[] w, float[] g, float[][] state, int offset, int length) {
        double weights = Math.sqrt(update.sums().get(0));
        double gradients = Math.sqrt(update.sums().get(1));
        double decayed = weightDecay * update.decayFactor();
        double local = weights > 0 && gradients > 0 ? trust * weights / (gradients + decayed * weights + epsilon) : 1;
        float rate = (float) (update.learningRate() * local);
        float decay = (float) decayed;
        float keep = (float) update.momentumOr(momentum);
        float[] v = state[0];
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            v[i] = keep * v[i] + rate * (g[i] + decay * w[i]);
            w[i] -= v[i];
        }
    }
}
