package io.convoy.engine.metric;

/**
 * How many of how many predictions were right.
 *
 * @param correct the right ones, 0 … count
 * @param count all of them
 */
public record Accuracy(long correct, long count) {
    /** Of no predictions: where sums start. */
    public static final Accuracy NONE = new Accuracy(0, 0);

    public Accuracy {
        if (correct < 0 || correct > count) {
            throw new IllegalArgumentException(
                    "Accuracy expects 0 … " + count + " correct of " + count + ", but it got " + correct + ".");
        }
    }

    /** This and one more prediction. */
    public Accuracy plus(boolean right) {
        return new Accuracy(correct + (right ? 1 : 0), count + 1);
    }

    /** This and others. */
    public Accuracy plus(Accuracy other) {
        return new Accuracy(correct + other.correct, count + other.count);
    }

    /** correct / count, 0 … 1; NaN of no predictions. */
    public double value() {
        return (double) correct / count;
    }
}
