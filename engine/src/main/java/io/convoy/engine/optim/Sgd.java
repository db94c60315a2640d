package io.convoy.engine.optim;

/**
 * Gradient descent with momentum (Polyak 1964; Nesterov 1983; the form of Sutskever et al. 2013 that PyTorch uses).
 *
 * <p>One rule for three names, which the batch tells apart: full-batch gradient descent if it holds the whole training set,
 * stochastic gradient descent if it holds one sample, mini-batch gradient descent in between.
 *
 * <pre>
 * g ← g + weightDecay · w
 * v ← g                                   at the first step, if momentum ≠ 0
 * v ← momentum · v + (1 − dampening) · g  afterwards
 * w ← w − rate · v                        or rate · (g + momentum · v) with nesterov, or rate · g without momentum
 * </pre>
 *
 * @param momentum 0 ≤ momentum &lt; 1; default 0; if it is above 0, a schedule's momentum takes its place
 * @param dampening 0 ≤ dampening ≤ 1; default 0
 * @param weightDecay L2 penalty's factor, at least 0; default 0
 * @param nesterov look ahead along the momentum; needs momentum &gt; 0 and no dampening
 */
public record Sgd(double momentum, double dampening, double weightDecay, boolean nesterov) implements Optimizer {
    public Sgd {
        Expect.inside("Sgd", "momentum", momentum, 0, 1);
        if (!(dampening >= 0 && dampening <= 1)) {
            throw new IllegalArgumentException(
                    "Sgd expects dampening from 0 to 1, but dampening is " + dampening + ".");
        }
        Expect.atLeastZero("Sgd", "weightDecay", weightDecay);
        if (nesterov && (momentum == 0 || dampening != 0)) {
            throw new IllegalArgumentException("Sgd expects momentum above 0 and no dampening with nesterov, but"
                    + " momentum is " + momentum + " and dampening is " + dampening + ".");
        }
    }

    /** Plain momentum without dampening. */
    public static Sgd withMomentum(double momentum, double weightDecay) {
        return new Sgd(momentum, 0, weightDecay, false);
    }

    @Override
    public boolean takesMomentum() {
        return momentum > 0;
    }

    @Override
    public int stateSpans() {
        return momentum == 0 ? 0 : 1;
    }

    @Override
    public void update(Update update, float[] w, float[] g, float[][] state, int offset, int length) {
        float rate = (float) update.learningRate();
        float decay = (float) (weightDecay * update.decayFactor());
        int end = offset + length;
        if (momentum == 0) {
            for (int i = offset; i < end; i++) {
                w[i] -= rate * (g[i] + decay * w[i]);
            }
            return;
        }
        float[] v = state[0];
        float ahead = (float) update.momentumOr(momentum);
        float keep = update.step() == 0 ? 0 : ahead;
        float take = update.step() == 0 ? 1 : (float) (1 - dampening);
        if (nesterov) {
            for (int i = offset; i < end; i++) {
                float gradient = g[i] + decay * w[i];
                v[i] = keep * v[i] + take * gradient;
                w[i] -= rate * (gradient + ahead * v[i]);
            }
        } else {
            for (int i = offset; i < end; i++) {
                v[i] = keep * v[i] + take * (g[i] + decay * w[i]);
                w[i] -= rate * v[i];
            }
        }
    }
}
