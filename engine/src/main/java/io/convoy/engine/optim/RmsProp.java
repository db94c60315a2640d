package io.convoy.engine.optim;

/**
 * RMSProp (Tieleman and Hinton, 2012), centred as in Graves (2013) if asked, in PyTorch's form.
 *
 * <pre>
 * g ← g + weightDecay · w
 * v ← α v + (1 − α) g²
 * a ← a + (1 − α)(g − a),  root = √(v − a²) + ε     if centered
 *                          root = √v + ε            otherwise
 * b ← momentum · b + g / root,  w ← w − rate · b    if momentum ≠ 0
 *                               w ← w − rate · g / root  otherwise
 * </pre>
 *
 * @param alpha decay of the squares, 0 ≤ alpha &lt; 1; default 0.99
 * @param epsilon added to the root, at least 0; default 1e-8
 * @param weightDecay L2 penalty's factor, added to the gradient, at least 0; default 0
 * @param momentum 0 ≤ momentum &lt; 1; default 0; if it is above 0, a schedule's momentum takes its place
 * @param centered divide by an estimate of the deviation instead of the root mean square; default false
 */
public record RmsProp(double alpha, double epsilon, double weightDecay, double momentum, boolean centered)
        implements Optimizer {
    public RmsProp {
        Expect.inside("RmsProp", "alpha", alpha, 0, 1);
        Expect.atLeastZero("RmsProp", "epsilon", epsilon);
        Expect.atLeastZero("RmsProp", "weightDecay", weightDecay);
        Expect.inside("RmsProp", "momentum", momentum, 0, 1);
    }

    /** PyTorch's defaults. */
    public static RmsProp defaults() {
        return new RmsProp(0.99, 1e-8, 0, 0, false);
    }

    @Override
    public boolean takesMomentum() {
        return momentum > 0;
    }

    @Override
    public int stateSpans() {
        return 1 + (momentum == 0 ? 0 : 1) + (centered ? 1 : 0);
    }

    @Override
    public void update(Update update, float[] w, float[] g, float[][] state, int offset, int length) {
        float rate = (float) update.learningRate();
        float decay = (float) (weightDecay * update.decayFactor());
        float keep = (float) alpha;
        float take = (float) (1 - alpha);
        float tiny = (float) epsilon;
        float[] v = state[0];
        // Without a mean, v − 0 · v² is v.
        float[] a = centered ? state[state.length - 1] : v;
        float takeMean = centered ? take : 0;
        float mean = centered ? 1 : 0;
        int end = offset + length;
        if (momentum == 0) {
            for (int i = offset; i < end; i++) {
                float gradient = g[i] + decay * w[i];
                v[i] = keep * v[i] + take * gradient * gradient;
                a[i] += takeMean * (gradient - a[i]);
                w[i] -= rate * gradient / ((float) Math.sqrt(Math.max(v[i] - mean * a[i] * a[i], 0f)) + tiny);
            }
            return;
        }
        float[] b = state[1];
        float go = (float) update.momentumOr(momentum);
        for (int i = offset; i < end; i++) {
            float gradient = g[i] + decay * w[i];
            v[i] = keep * v[i] + take * gradient * gradient;
            a[i] += takeMean * (gradient - a[i]);
            b[i] = go * b[i] + gradient / ((float) Math.sqrt(Math.max(v[i] - mean * a[i] * a[i], 0f)) + tiny);
            w[i] -= rate * b[i];
        }
    }
}
