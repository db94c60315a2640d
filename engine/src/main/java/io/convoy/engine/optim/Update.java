package io.convoy.engine.optim;

import java.util.List;

/**
 * What a rule is told about the step it applies.
 *
 * @param step the number of updates done before this one, 0 for the first
 * @param learningRate the schedule's rate, already multiplied by the parameter's group's factor
 * @param momentum what the schedule puts in the place of the rule's own momentum (or Adam's beta1); NaN leaves the rule's
 * @param decayFactor what a rule multiplies its weight decay by: the factor of the parameter's group, 1 for most
 * @param sums of the whole tensor, what the rule's {@link Optimizer#measure} found; empty in {@code measure} itself and for
 *     rules without sums
 */
public record Update(long step, double learningRate, double momentum, double decayFactor, List<Double> sums) {
    /** Takes over the list. */
    public Update {
        sums = List.copyOf(sums);
    }

    /** A step of a rule without sums, with its own momentum and its own decay. */
    public static Update of(long step, double learningRate) {
        return new Update(step, learningRate, Double.NaN, 1, List.of());
    }

    /** The schedule's momentum, or {@code own} where it has none. */
    public double momentumOr(double own) {
        return Double.isNaN(momentum) ? own : momentum;
    }

    /** The same with the sums of a tensor. */
    public Update with(List<Double> tensorSums) {
        return new Update(step, learningRate, momentum, decayFactor, tensorSums);
    }
}
