package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Drops single values in training (Srivastava et al. 2014): y = x · mask / (1 − p), any shape, where each value of the mask is 0
 * with probability p and else 1. In inference y = x.
 *
 * <p>The mask is a function of the run's seed and of the node's name, so a training run is the same for any number of workers.
 *
 * @param p probability of being dropped, 0 to 1; default 0.5
 * @param maskGiven whether the mask is a second input of x's shape instead of random numbers, e.g. one mask for several places
 *     (Gal and Ghahramani 2016); default false
 */
public record Dropout(double p, boolean maskGiven) implements Layer {
    public Dropout {
        Expect.probability("Dropout", "p", p);
    }

    /** With a mask of its own. */
    public static Dropout of(double p) {
        return new Dropout(p, false);
    }

    @Override
    public int arity() {
        return maskGiven ? 2 : 1;
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        if (!maskGiven) {
            return List.of(Expect.only(this, inputs));
        }
        if (inputs.size() != 2 || !inputs.get(0).equals(inputs.get(1))) {
            throw new ShapeException(
                    this + " expects an input and a mask of its shape, but its inputs are " + inputs + ".");
        }
        return List.of(inputs.get(0));
    }

    @Override
    public String toString() {
        return "Dropout[p=" + p + "]";
    }
}
