package io.convoy.engine.exchange;

import io.convoy.engine.optim.UpdateRule;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One part of the parameter vector in the hands of its owner: weights, optimiser state, and the version they have. Whoever
 * owns it applies the rule to it with the step's summed gradient; the result does not depend on who that is.
 *
 * <p>A step begins with {@link #begin}. If the rule needs sums over tensors, this gives the part's share of them, and {@link
 * #proceed} is called with the whole, once for each of the rule's rounds; when there are no more, {@link #apply} ends the step.
 */
public final class PartState {
    private final Part part;
    private final float[] weights;
    private final float[][] state;
    private final PartRule rule;
    private long version;
    private boolean begun;
    private int round;
    private @Nullable TensorSums sums;

    private PartState(Part part, PartRule rule, long version, float[] weights, float[][] state) {
        this.part = part;
        this.rule = rule;
        this.version = version;
        this.weights = weights;
        this.state = state;
    }

    /** This part's share of a whole state, copied, with the rule that is applied to it. */
    public static PartState cut(ParameterLayout layout, Part part, ModelState whole, UpdateRule rule) {
        // copyOfRange would fill up a state that is too short with zeros.
        Objects.checkFromToIndex(part.offset(), part.end(), whole.weights().length);
        float[] weights = Arrays.copyOfRange(whole.weights(), part.offset(), part.end());
        float[][] state = new float[rule.stateSpans()][part.length()];
        for (int i = 0; i < whole.optimizerState().length; i++) {
            System.arraycopy(whole.optimizerState()[i], part.offset(), state[i], 0, part.length());
        }
        return new PartState(part, new PartRule(rule, layout, part), whole.version(), weights, state);
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

    /** What is evaluated and saved, for reading: the live average, or the weights where none is kept or no step was done. */
    public float[] averages() {
        return version == 0 || rule.rule().averaging().isEmpty() ? weights : state[state.length - 1];
    }

    /** Whether a step has begun and is not applied. */
    public boolean isBegun() {
        return begun;
    }

    /** Whether {@link #apply} is what comes next. */
    public boolean isReady() {
        return begun && round == rule.rule().rounds();
    }

    /**
     * Begins step v at version v.
     *
     * @param gradient the step's sum; overwritten here and later, and the same in all calls of a step
     * @return this part's share of the sums of round 0; null if the rule has no rounds
     */
    public double @Nullable [] begin(StepPlan plan, float[] gradient) {
        if (plan.step() != version || begun) {
            throw new IllegalStateException("Part " + part.index() + " at version " + version
                    + " expects the gradient of step " + version + " once, but it got that of step " + plan.step()
                    + ".");
        }
        begun = true;
        round = 0;
        rule.prepare(weights, gradient);
        return measured(plan, gradient);
    }

    /**
     * Goes on with the sums of a round over all parts.
     *
     * @return this part's share of the sums of the next round; null if there is none
     */
    public double @Nullable [] proceed(StepPlan plan, float[] gradient, TensorSums totals) {
        if (!begun || isReady()) {
            throw new IllegalStateException("Part " + part.index() + " expects sums only when it waits for them.");
        }
        if (rule.rule().isClippingRound(round)) {
            rule.clip(totals, gradient);
        } else {
            sums = totals;
        }
        round++;
        return measured(plan, gradient);
    }

    private double @Nullable [] measured(StepPlan plan, float[] gradient) {
        return isReady() ? null : rule.measure(round, plan, weights, gradient, state);
    }

    /** Ends the step: version v becomes v + 1. */
    public void apply(StepPlan plan, float[] gradient) {
        if (!isReady()) {
            throw new IllegalStateException("Part " + part.index() + " expects all sums before it is applied.");
        }
        rule.apply(plan, weights, gradient, state, sums);
        sums = null;
        begun = false;
        version++;
    }
}
