package io.convoy.engine.optim;

/**
 * An optimiser rule. It is pure: everything it remembers is in the state spans that its caller keeps, so the owner of any
 * run of parameters can apply it, wherever the run is cut. To write your own, implement {@link #stateSpans} and
 * {@link #update} in a record.
 *
 * <p>A rule that needs norms of whole tensors (LARS, LAMB) has two phases. In the first, {@link #measure}, it is shown each
 * block of at most 1,024 floats of each tensor, may renew its state, and gives sums of squares; the blocks' sums are added up
 * in float64 in the order of the blocks, whoever owns them, so that the second phase, {@code update}, finds the same sums of
 * each tensor in {@link Update#sums} for any number of owners.
 */
public interface Optimizer {
    /** How many floats of state the rule keeps for each parameter: 0 for plain SGD, 1 for momentum, 2 for Adam. */
    int stateSpans();

    /** Whether a schedule may set a momentum, which the rule finds in {@link Update#momentum}. */
    default boolean takesMomentum() {
        return false;
    }

    /** How many sums the rule needs of each tensor, at most 8; 0 for a rule without a first phase. */
    default int sums() {
        return 0;
    }

    /**
     * The first phase, for one block; called only if there are {@link #sums}. May overwrite the state.
     *
     * @param w parameters, from index {@code offset} on; not changed
     * @param g gradient, same indices; not changed
     * @param state {@link #stateSpans()} arrays, same indices; zeros before the first step
     * @param sums overwritten with this block's {@link #sums} sums
     */
    default void measure(Update update, float[] w, float[] g, float[][] state, int offset, int length, double[] sums) {
        throw new IllegalStateException(this + " expects no first phase, since it has no sums.");
    }

    /**
     * Overwrites {@code length} parameters and their state with the values after one step.
     *
     * @param w parameters, from index {@code offset} on
     * @param g gradient of the mean loss, same indices; not changed
     * @param state {@link #stateSpans()} arrays, same indices; zeros before the first step
     */
    void update(Update update, float[] w, float[] g, float[][] state, int offset, int length);
}
