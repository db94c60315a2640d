package io.convoy.engine.loss;

import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** Targets that name a class for each position of a [classes, …] output; what the losses that read them share. */
final class ClassTargets {
    private ClassTargets() {}

    /** The positions' shape of an output: what is behind the classes; [] for a plain vector of scores. */
    private static Shape positions(Shape output) {
        return output.sample();
    }

    /** The number of positions of a sample of the only output. */
    static int positions(Batch batch) {
        return batch.count(0) / Math.max(1, batch.shape(0).size(0));
    }

    static void check(
            String loss, List<Double> classWeights, boolean probabilities, List<Shape> outputs, Shape target) {
        Expect.outputs(loss, 1, outputs);
        Shape output = outputs.get(0);
        if (output.rank() < 1) {
            throw new ShapeException(
                    loss + " expects an output of [N, classes, …], but a sample's output is " + output + ".");
        }
        Shape positions = positions(output);
        if (!target.equals(positions) && !(probabilities && target.equals(output))) {
            throw new ShapeException(loss + " expects targets of " + positions + ", a class for each position"
                    + (probabilities ? ", or of " + output + ", probabilities of the classes" : "")
                    + ", for an output of " + output + ", but a sample's target is " + target + "."
                    + (target.rank() == 0 ? " Maybe a Flatten and a Linear are missing at the end." : ""));
        }
        if (!classWeights.isEmpty() && classWeights.size() != output.size(0)) {
            throw new ShapeException(loss + " expects a weight for each of the " + output.size(0)
                    + " classes of its output, but it has " + classWeights.size() + ".");
        }
    }

    /** Fills the first numbers of {@code room} with the classes' weights. */
    static void fill(double[] room, List<Double> classWeights, int classes) {
        if (classWeights.isEmpty()) {
            Arrays.fill(room, 0, classes, 1);
        } else {
            for (int k = 0; k < classes; k++) {
                room[k] = classWeights.get(k);
            }
        }
    }

    /** Adds to {@code weights[0]} what the targets weigh: the weights of their classes, but those of ignored ones. */
    static void weigh(String loss, Batch batch, List<Double> classWeights, int ignoreIndex, double[] weights) {
        int classes = batch.shape(0).size(0);
        int positions = positions(batch);
        double[] room = batch.room(classes);
        fill(room, classWeights, classes);
        for (int n = 0; n < batch.samples(); n++) {
            int at = batch.targetAt(n);
            for (int p = 0; p < positions; p++) {
                int expected = (int) batch.targets()[at + p];
                if (expected != ignoreIndex) {
                    weights[0] += room[known(loss, expected, classes)];
                }
            }
        }
    }

    /** {@code expected}, if it is a class. */
    static int known(String loss, int expected, int classes) {
        if (expected < 0 || expected >= classes) {
            throw new IllegalArgumentException(loss + " expects targets from 0 to " + (classes - 1)
                    + ", but a target is " + expected + ". Maybe the network has too few outputs.");
        }
        return expected;
    }

    /**
     * Overwrites {@code room} from {@code into} on with the exponentials of a position's scores, divided by the largest one.
     *
     * @param at where the score of the first class is
     * @param stride from one class's score to the next one's
     * @return the logarithm of the largest one
     */
    static double exponentials(float[] x, int at, int classes, int stride, double[] room, int into) {
        float largest = x[at];
        for (int k = 1; k < classes; k++) {
            largest = Math.max(largest, x[at + k * stride]);
        }
        for (int k = 0; k < classes; k++) {
            room[into + k] = StrictMath.exp((double) x[at + k * stride] - largest);
        }
        return largest;
    }
}
