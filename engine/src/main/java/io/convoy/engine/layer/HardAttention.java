package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * One place of a sample, drawn by its score: hard attention (Xu et al. 2015, "Show, attend and tell").
 *
 * <pre>
 * p = softmax of all scores of a sample,  x: [N, …]
 * y = 1 at the place i that is drawn with probability p[i], 0 elsewhere: [N, …] as x
 * l = log p[i]: [N, 1], the second output
 * </pre>
 *
 * Training draws from the node's stream, which follows from seed, step and leaf alone; inference takes the most probable place,
 * the first of equals. The choice has no derivative. With s for the scores, and dl for the gradient of l, which is exact,
 *
 * <pre>
 * STRAIGHT_THROUGH: ds[j] = p[j] · (dy[j] − Σ_k p[k] · dy[k]) + dl · (y[j] − p[j]),  as if y were p (Bengio et al. 2013)
 * REINFORCE:        ds[j] = (b − r + dl) · (y[j] − p[j]),  r = −Σ_k y[k] · dy[k],  b = −Σ_k p[k] · dy[k]
 * </pre>
 *
 * REINFORCE (Williams 1992) descends by reward minus baseline times the gradient of the log-probability. The reward r is what
 * the choice takes off the loss to first order, and b is r's expectation. Where the loss is linear in y the mean of that over all draws is
 * the exact gradient. For a reward R of one's own let a loss give l the gradient dl = −(R − baseline) and y none: its mean is
 * the exact gradient of −R's expectation, whatever R is.
 *
 * @param estimator how the gradient of y becomes one of the scores; default {@code STRAIGHT_THROUGH}
 */
public record HardAttention(Estimator estimator) implements Layer {
    /** How the gradient goes back through a choice. */
    public enum Estimator {
        STRAIGHT_THROUGH,
        REINFORCE
    }

    /** With the straight-through gradient. */
    public static HardAttention of() {
        return new HardAttention(Estimator.STRAIGHT_THROUGH);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        if (x.rank() < 2 || x.sample().count() == 0) {
            throw new ShapeException(
                    this + " expects [N, …] with a score a sample or more, but its input is " + x + ".");
        }
        return List.of(x, Shape.of(x.size(0), 1));
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        return Reach.WHOLE;
    }

    @Override
    public String toString() {
        return "HardAttention[" + estimator + "]";
    }
}
