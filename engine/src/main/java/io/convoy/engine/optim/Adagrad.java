package io.convoy.engine.optim;

/**
 * Adagrad (Duchi, Hazan and Singer, 2011), in PyTorch's form.
 *
 * <pre>
 * g ← g + weightDecay · w
 * sum ← sum + g²,  at first initialAccumulator
 * w ← w − rate / (1 + step · rateDecay) · g / (√sum + ε)
 * </pre>
 *
 * @param rateDecay how fast the rate falls by itself, at least 0; default 0
 * @param weightDecay L2 penalty's factor, added to the gradient, at least 0; default 0
 * @param initialAccumulator what the sum starts with, at least 0; default 0
 * @param epsilon added to the root, at least 0; default 1e-10
 */
public record Adagrad(double rateDecay, double weightDecay, double initialAccumulator, double epsilon)
        implements Optimizer {
    public Adagrad {
        Expect.atLeastZero("Adagrad", "rateDecay", rateDecay);
        Expect.atLeastZero("Adagrad", "weightDecay", weightDecay);
        Expect.atLeastZero("Adagrad", "initialAccumulator", initialAccumulator);
        Expect.atLeastZero("Adagrad", "epsilon", epsilon);
    }

    /** PyTorch's defaults. */
    public static Adagrad defaults() {
        return new Adagrad(0, 0, 0, 1e-10);
    }

    @Override
    public int stateSpans() {
        return 1;
    }

    @Override
    public void update(Update update, float[] w, float[] g, float[][] state, int offset, int length) {
        float rate = (float) (update.learningRate() / (1 + update.step() * rateDecay));
        float decay = (float) (weightDecay * update.decayFactor());
        // State begins with zeros, whoever made it.
        float start = update.step() == 0 ? (float) initialAccumulator : 0;
        float tiny = (float) epsilon;
        float[] sum = state[0];
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            float gradient = g[i] + decay * w[i];
            sum[i] = start + sum[i] + gradient * gradient;
            w[i] -= rate * gradient / ((float) Math.sqrt(sum[i]) + tiny);
        }
    }
}
