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

    /**
     * Where the share of right predictions lies, had there been any number of them.
     *
     * @param low 0 … 1
     * @param high 0 … 1
     */
    public record Interval(double low, double high) {}

    /**
     * The 95 % interval of {@link #value} (Wilson, "Probable inference, the law of succession, and statistical inference", 1927),
     * with p = correct / count and z = 1.96:
     *
     * <pre>
     * (p + z² / 2n ± z √(p (1 − p) / n + z² / 4n²)) / (1 + z² / n)
     * </pre>
     *
     * 0 … 1 of no predictions.
     */
    public Interval interval() {
        if (count == 0) {
            return new Interval(0, 1);
        }
        double p = value();
        double n = count;
        double z = 1.959963984540054;
        double middle = p + z * z / (2 * n);
        double reach = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
        double scale = 1 + z * z / n;
        return new Interval(Math.max(0, (middle - reach) / scale), Math.min(1, (middle + reach) / scale));
    }
}
