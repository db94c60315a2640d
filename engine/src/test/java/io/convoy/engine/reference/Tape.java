package io.convoy.engine.reference;

import java.util.ArrayList;
import java.util.List;

/** The operations on scalars in their order, so that gradients can be found by going back along them. */
public final class Tape {
    private final List<Scalar> recorded = new ArrayList<>();
    private double nearestKink = Double.POSITIVE_INFINITY;

    /** A value that gradients are asked of, or a constant. */
    public Scalar scalar(double value) {
        return new Scalar(this, Rounded.of(value));
    }

    /** A constant 0, for sums to begin with. */
    public Scalar zero() {
        return scalar(0);
    }

    void record(Scalar scalar) {
        recorded.add(scalar);
    }

    /** Notes how near a function's argument is to where its gradient jumps. An exact tie counts as decided, not as near. */
    void kink(double distance) {
        if (distance != 0) {
            nearestKink = Math.min(nearestKink, Math.abs(distance));
        }
    }

    /** The smallest distance so far of any argument to where a gradient jumps. */
    public double nearestKink() {
        return nearestKink;
    }

    /** Overwrites the gradient of every scalar with that of Σ {@code weights} · {@code results}. */
    public void backward(List<Scalar> results, double[] weights) {
        recorded.forEach(Scalar::forgetGradient);
        for (int i = 0; i < weights.length; i++) {
            results.get(i).receive(Rounded.of(weights[i]));
        }
        for (int i = recorded.size() - 1; i >= 0; i--) {
            recorded.get(i).passOn();
        }
    }
}
