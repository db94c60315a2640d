package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Drops whole feature maps in training (Tompson et al. 2015): y[n,c,h,w] = x[n,c,h,w] · mask[n,c] / (1 − p), where each value of the
 * mask is 0 with probability p and else 1. In inference y = x.
 *
 * <p>The mask is a function of the run's seed and of the node's name, so a training run is the same for any number of workers.
 *
 * @param p probability of being dropped, 0 to 1; default 0.5
 */
public record Dropout2d(double p) implements Layer {
    public Dropout2d {
        Expect.probability("Dropout2d", "p", p);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        return List.of(Expect.featureMaps(this, inputs));
    }

    @Override
    public String toString() {
        return "Dropout2d[p=" + p + "]";
    }
}
