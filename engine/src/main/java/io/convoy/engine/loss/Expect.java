package io.convoy.engine.loss;

import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/** The checks that losses share, with messages in one form. */
final class Expect {
    private Expect() {}

    static void outputs(String loss, int count, List<Shape> outputs) {
        if (outputs.size() != count) {
            throw new ShapeException(loss + " expects a network with " + count + (count == 1 ? " output" : " outputs")
                    + ", but it has " + outputs.size() + "."
                    + (outputs.size() > count ? " Maybe a WeightedSum of several losses is meant." : ""));
        }
    }

    /** Not NaN, not infinite, at least {@code least}. */
    static void atLeast(double least, String loss, String name, double value) {
        if (!(value >= least && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(loss + " expects a finite " + name + " of at least " + text(least)
                    + ", but " + name + " is " + text(value) + ".");
        }
    }

    static void above(double bound, String loss, String name, double value) {
        if (!(value > bound && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(loss + " expects a finite " + name + " above " + text(bound) + ", but "
                    + name + " is " + text(value) + ".");
        }
    }

    static void between(double least, double most, String loss, String name, double value) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(loss + " expects " + name + " from " + text(least) + " to " + text(most)
                    + ", but " + name + " is " + text(value) + ".");
        }
    }

    static void weights(String loss, String name, List<Double> weights) {
        for (double weight : weights) {
            if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        loss + " expects finite " + name + " of at least 0, but they are " + weights + ".");
            }
        }
    }

    /** Without a point where there is nothing behind it. */
    private static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e6 ? Long.toString((long) value) : "" + value;
    }
}
