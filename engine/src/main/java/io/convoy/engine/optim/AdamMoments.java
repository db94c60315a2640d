package io.convoy.engine.optim;

/** The two running means that Adam and its kin share, and the step along them. */
final class AdamMoments {
    private AdamMoments() {}

    /** m ← m + (1 − β₁)(g′ − m), v ← β₂ v + (1 − β₂) g′² with g′ = g + decay · w. */
    static void advance(
            double beta1, double beta2, float decay, float[] w, float[] g, float[][] state, int offset, int length) {
        float takeMean = (float) (1 - beta1);
        float keepSquare = (float) beta2;
        float takeSquare = (float) (1 - beta2);
        float[] m = state[0];
        float[] v = state[1];
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            float gradient = g[i] + decay * w[i];
            m[i] += takeMean * (gradient - m[i]);
            v[i] = keepSquare * v[i] + takeSquare * gradient * gradient;
        }
    }

    /** w ← keep · w − rate / (1 − β₁ᵗ) · m / (√v̂ / √(1 − β₂ᵗ) + ε), v̂ = v or with a third span its running maximum. */
    static void descend(
            Update update,
            double beta1,
            double beta2,
            double epsilon,
            float keep,
            float[] w,
            float[][] state,
            int offset,
            int length) {
        double t = update.step() + 1.0;
        float stepSize = (float) (update.learningRate() / (1 - StrictMath.pow(beta1, t)));
        float rootCorrection = (float) StrictMath.sqrt(1 - StrictMath.pow(beta2, t));
        float tiny = (float) epsilon;
        float[] m = state[0];
        float[] square = state[1];
        int end = offset + length;
        if (state.length > 2) {
            float[] v = state[1];
            square = state[2];
            for (int i = offset; i < end; i++) {
                square[i] = Math.max(square[i], v[i]);
            }
        }
        for (int i = offset; i < end; i++) {
            w[i] = keep * w[i] - stepSize * m[i] / ((float) Math.sqrt(square[i]) / rootCorrection + tiny);
        }
    }
}
