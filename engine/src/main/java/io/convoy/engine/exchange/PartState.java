package io.convoy.engine.exchange;

import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.Update;
import java.util.Arrays;
import java.util.Objects;

/**
 * One part of the parameter vector in the hands of its owner: weights, optimiser state, and the version they have. Whoever
 * owns it applies the rule to it with the step's summed gradient; the result does not depend on who that is.
 */
public final class PartState {
    private final Part part;
    private final float[] weights;
    private final float[][] state;
    private long version;

    /** Takes over the arrays. */
    public PartState(Part part, long version, float[] weights, float[][] state) {
        this.part = part;
        this.version = version;
        this.weights = weights;
        this.state = state;
    }

    /** This part's share of a whole state, copied. */
    public static PartState cut(Part part, ModelState whole, Optimizer optimizer) {
        // copyOfRange would fill up a state that is too short with zeros.
        Objects.checkFromToIndex(part.offset(), part.end(), whole.weights().length);
        float[] weights = Arrays.copyOfRange(whole.weights(), part.offset(), part.end());
        float[][] state = new float[optimizer.stateSpans()][part.length()];
        for (int i = 0; i < whole.optimizerState().length; i++) {
            System.arraycopy(whole.optimizerState()[i], part.offset(), state[i], 0, part.length());
        }
        return new PartState(part, whole.version(), weights, state);
    }

    /** Overwrites this part's share of a flat vector and of state spans laid out like it. */
    public void copyTo(float[] flatWeights, float[][] flatState) {
        System.arraycopy(weights, 0, flatWeights, part.offset(), part.length());
        for (int i = 0; i < state.length; i++) {
            System.arraycopy(state[i], 0, flatState[i], part.offset(), part.length());
        }
    }

    public Part part() {
        return part;
    }

    /** Updates done so far. */
    public long version() {
        return version;
    }

    /** The live weights, for reading. */
    public float[] weights() {
        return weights;
    }

    /** The live optimiser state, for reading. */
    public float[][] state() {
        return state;
    }

    /** Applies the rule once: version v becomes v + 1. {@code plan.step()} must be v. */
    public void apply(Optimizer optimizer, StepPlan plan, float[] gradient) {
        if (plan.step() != version) {
            throw new IllegalStateException("Part " + part.index() + " at version " + version
                    + " expects the gradient of step " + version + ", but it got that of step " + plan.step() + ".");
        }
        optimizer.update(Update.of(version, plan.learningRate()), weights, gradient, state, 0, part.length());
        version++;
    }
}
