package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * What training makes small: a sum of terms, each a sum over samples that is divided by a normaliser of its own.
 *
 * <pre>loss = Σ_k Σ_n term[k,n] / normaliser[k]</pre>
 *
 * A normaliser depends on the targets alone, so it is known for the whole batch before any gradient is computed, and gradients
 * of parts of a batch are simply added. Most losses have one term; {@link SampleLoss} and {@link ElementLoss} are the short ways
 * to write one. A loss is a value: several threads use it at once, each with a {@link Batch} of its own, which also lends memory
 * to work in.
 */
public interface Loss {
    /**
     * Checks that the loss can follow a network and reads these targets.
     *
     * @param outputs the shape of one sample of each of the network's outputs, in the network's order
     * @param target the shape of one sample's target; [] for a single number, [0] for none
     * @throws io.convoy.engine.layer.ShapeException if it can't
     */
    void check(List<Shape> outputs, Shape target);

    /** How many terms it has; 1 for most. */
    default int terms() {
        return 1;
    }

    /** How the normaliser of term {@code term} follows from the samples' weights; {@link Reduction#MEAN} for most. */
    default Reduction reduction(int term) {
        return Reduction.MEAN;
    }

    /**
     * Whether {@link #weigh} looks at the targets. If so, each worker reads the targets of the whole batch, not only those of its
     * share.
     */
    default boolean weighsTargets() {
        return false;
    }

    /**
     * Adds what the samples weigh to the weight of each term, one after the other. By default a sample weighs 1.
     *
     * @param batch the targets; its outputs have no meaning here, nor have the targets unless {@link #weighsTargets}
     */
    default void weigh(Batch batch, double[] weights) {
        for (int term = 0; term < terms(); term++) {
            weights[term] += batch.samples();
        }
    }

    /**
     * Overwrites {@code sums} with the sum over the samples of each term, not yet divided, and the gradients of all outputs with
     * those of Σ_k scales[k] · sums[k].
     *
     * @param scales for each term 1 / its normaliser
     * @throws IllegalArgumentException if a target is none that the loss knows
     */
    void evaluate(Batch batch, double[] scales, double[] sums);
}
