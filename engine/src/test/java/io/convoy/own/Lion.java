package io.convoy.own;

import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.Update;

/** Lion (Chen et al. 2023): w ← w − rate · (sign(β1 · m + (1 − β1) · g) + decay · w), then m ← β2 · m + (1 − β2) · g. */
public record Lion(double beta1, double beta2, double decay) implements Optimizer {
    public Lion {
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && decay >= 0)) {
            throw new IllegalArgumentException("Lion expects 0 ≤ beta1, beta2 < 1 and 0 ≤ decay, but they are " + beta1
                    + ", " + beta2 + " and " + decay + ".");
        }
    }

    @Override
    public int stateSpans() {
        return 1;
    }

    @Override
    public void update(Update update, float[] w, float[] g, float[][] state, int offset, int length) {
        float rate = (float) update.learningRate();
        float shrink = (float) (decay * update.decayFactor());
        float b1 = (float) update.momentumOr(beta1);
        float b2 = (float) beta2;
        float[] m = state[0];
        for (int i = offset; i < offset + length; i++) {
            w[i] -= rate * (Math.signum(b1 * m[i] + (1 - b1) * g[i]) + shrink * w[i]);
            m[i] = b2 * m[i] + (1 - b2) * g[i];
        }
    }
}
