package io.convoy.engine.optim;

import java.util.List;
import java.util.Optional;

/**
 * All that makes new weights of a step's gradient, in this order: the penalty is added, the gradient is clipped, the optimiser
 * updates the weights with the rate and the decay of their group, and the average follows.
 *
 * <p>Gradients of many micro-batches need no accumulation of their own: the gradient of a step is the sum over all leaves of
 * its batch, however few cores compute them, so a batch that is larger than memory allows at once is a {@code batch} above
 * {@code microBatch}.
 *
 * @param optimizer the rule
 * @param penalty terms of the loss
 * @param clipping how large gradients are cut down
 * @param averaging the average that is evaluated and saved, if one is kept
 * @param groups in order; the first that has a parameter counts
 */
public record UpdateRule(
        Optimizer optimizer,
        Penalty penalty,
        Clipping clipping,
        Optional<Averaging> averaging,
        List<ParameterGroup> groups) {
    /** The most sums of a tensor, so that those of a part fit into a frame. */
    public static final int MOST_SUMS = 8;

    public UpdateRule {
        groups = List.copyOf(groups);
        if (optimizer.sums() < 0 || optimizer.sums() > MOST_SUMS) {
            throw new IllegalArgumentException("UpdateRule expects an optimizer with 0 to " + MOST_SUMS + " sums, but "
                    + optimizer + " has " + optimizer.sums() + ".");
        }
    }

    /** The optimiser alone. */
    public static UpdateRule of(Optimizer optimizer) {
        return new UpdateRule(optimizer, Penalty.NONE, Clipping.NONE, Optional.empty(), List.of());
    }

    /** The same with L1 and L2. */
    public UpdateRule with(Penalty other) {
        return new UpdateRule(optimizer, other, clipping, averaging, groups);
    }

    /** The same with clipping. */
    public UpdateRule with(Clipping other) {
        return new UpdateRule(optimizer, penalty, other, averaging, groups);
    }

    /** The same with an average. */
    public UpdateRule with(Averaging other) {
        return new UpdateRule(optimizer, penalty, clipping, Optional.of(other), groups);
    }

    /** The same with groups. */
    public UpdateRule with(ParameterGroup... others) {
        return new UpdateRule(optimizer, penalty, clipping, averaging, List.of(others));
    }

    /** State spans: the optimiser's, and behind them the average. */
    public int stateSpans() {
        return optimizer.stateSpans() + (averaging.isPresent() ? 1 : 0);
    }

    /** How often in a step the owners tell each other sums over tensors, since the rule needs norms: 0, 1 or 2. */
    public int rounds() {
        return (clipping instanceof Clipping.ByNorm ? 1 : 0) + (optimizer.sums() > 0 ? 1 : 0);
    }

    /** Sums of each tensor in round {@code round}. */
    public int sums(int round) {
        return isClippingRound(round) ? 1 : optimizer.sums();
    }

    /** Whether the sums of {@code round} are those of the gradient, for clipping, instead of the optimiser's. */
    public boolean isClippingRound(int round) {
        return round == 0 && clipping instanceof Clipping.ByNorm;
    }

    /** The group of a parameter. */
    public ParameterGroup group(String name, boolean normalization) {
        return groups.stream()
                .filter(group -> group.has(name, normalization))
                .findFirst()
                .orElse(ParameterGroup.REST);
    }

    /**
     * Refuses a group whose pattern has none of {@code names}: a misspelt name would leave a layer in the wrong group.
     *
     * @param names those of all parameters
     */
    public void requireNames(List<String> names) {
        for (ParameterGroup group : groups) {
            if (names.stream().noneMatch(group::matches)) {
                throw new IllegalArgumentException("A parameter group expects to have at least one of the "
                        + names.size() + " parameters, but none is called \"" + group.names()
                        + "\". Maybe one of these is meant: "
                        + String.join(", ", names.subList(0, Math.min(4, names.size())))
                        + (names.size() > 4 ? ", …." : "."));
            }
        }
    }
}
