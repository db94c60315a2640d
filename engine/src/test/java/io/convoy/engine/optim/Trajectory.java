package io.convoy.engine.optim;

/** What a rule makes of one parameter, or of many, over some steps. */
final class Trajectory {
    private Trajectory() {}

    /** The one parameter's value after each step, starting at 1. */
    static float[] of(Optimizer rule, double learningRate, float... gradients) {
        float[] w = {1};
        float[][] state = new float[rule.stateSpans()][1];
        float[] after = new float[gradients.length];
        for (int step = 0; step < gradients.length; step++) {
            WholeTensor.step(rule, Update.of(step, learningRate), w, new float[] {gradients[step]}, state);
            after[step] = w[0];
        }
        return after;
    }
}
