package io.convoy.engine.optim;

/**
 * An optimiser rule. It is pure: everything it remembers is in the state spans that its caller keeps, so the owner of any
 * run of parameters can apply it, wherever the run is cut. To write your own, implement the two methods in a record.
 */
public interface Optimizer {
    /** How many floats of state the rule keeps for each parameter: 0 for plain SGD, 1 for momentum, 2 for Adam. */
    int stateSpans();

    /**
     * Overwrites {@code length} parameters and their state with the values after one step.
     *
     * @param step the number of updates done before this one, 0 for the first
     * @param learningRate the schedule's rate for this step
     * @param w parameters, from index {@code offset} on
     * @param g gradient of the mean loss, same indices; not changed
     * @param state {@link #stateSpans()} arrays, same indices; zeros before the first step
     */
    void update(long step, double learningRate, float[] w, float[] g, float[][] state, int offset, int length);
}
