package io.convoy.engine.schedule;

/**
 * Multiplies the rate by a factor when the network has stopped to get better on the test set (PyTorch's ReduceLROnPlateau).
 * A measurement is better than the best one so far if it is
 *
 * <pre>
 * relative: below best · (1 − threshold) (mode min),  above best · (1 + threshold) (mode max)
 * absolute: below best − threshold (mode min),        above best + threshold (mode max)
 * </pre>
 *
 * After more than {@code patience} measurements in a row that aren't, the rate becomes max(rate · factor, minimum), unless
 * that changes it by no more than {@code epsilon}; then {@code cooldown} measurements pass before worse ones are counted again.
 * It is a pure function of the run's measurements: only those of whole multiples of {@code every} epochs count, however often
 * the run measures otherwise, and there has to be one for each. Patience and cooldown count measurements, not epochs.
 *
 * @param rate the first rate, at least 0
 * @param metric what is measured; default the loss
 * @param mode whether small or large is good; default min
 * @param factor of each reduction, from 0 to below 1; default 0.1
 * @param patience worse measurements that are borne, at least 0; default 10
 * @param threshold how much better is better, at least 0; default 1e-4
 * @param thresholdMode what the threshold refers to; default relative
 * @param cooldown measurements after a reduction in which nothing is counted, at least 0; default 0
 * @param minimum the lowest rate, at least 0; default 0
 * @param epsilon the smallest change of the rate, at least 0; default 1e-8
 * @param every epochs between two measurements, at least 1; default 1
 */
public record ReduceOnPlateau(
        double rate,
        Metric metric,
        Mode mode,
        double factor,
        long patience,
        double threshold,
        ThresholdMode thresholdMode,
        long cooldown,
        double minimum,
        double epsilon,
        long every)
        implements Schedule {
    /** What is measured. */
    public enum Metric {
        /** The mean loss. */
        LOSS,
        /** The share of right predictions. */
        ACCURACY
    }

    /** What is good. */
    public enum Mode {
        /** Small values. */
        MIN,
        /** Large values. */
        MAX
    }

    /** What the threshold refers to. */
    public enum ThresholdMode {
        /** A share of the best value. */
        RELATIVE,
        /** The difference to it. */
        ABSOLUTE
    }

    public ReduceOnPlateau {
        Expect.rate("ReduceOnPlateau", rate);
        if (!(factor >= 0 && factor < 1)) {
            throw new IllegalArgumentException("ReduceOnPlateau expects 0 ≤ factor < 1, but factor is " + factor + ".");
        }
        Expect.atLeast("ReduceOnPlateau", "patience", patience, 0);
        Expect.atLeast("ReduceOnPlateau", "threshold", threshold, 0.0);
        Expect.atLeast("ReduceOnPlateau", "cooldown", cooldown, 0);
        Expect.atLeast("ReduceOnPlateau", "minimum", minimum, 0.0);
        Expect.atLeast("ReduceOnPlateau", "epsilon", epsilon, 0.0);
        Expect.atLeast("ReduceOnPlateau", "every", every, 1);
    }

    /** On the loss, with PyTorch's defaults. */
    public static ReduceOnPlateau of(double rate) {
        return new ReduceOnPlateau(rate, Metric.LOSS, Mode.MIN, 0.1, 10, 1e-4, ThresholdMode.RELATIVE, 0, 0, 1e-8, 1);
    }

    @Override
    public double rate(Progress at) {
        double current = rate;
        double best = mode == Mode.MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        long bad = 0;
        long cooling = 0;
        for (Measurement measurement : at.measured(every)) {
            double value = metric == Metric.LOSS ? measurement.loss() : measurement.accuracy();
            if (isBetter(value, best)) {
                best = value;
                bad = 0;
            } else {
                bad++;
            }
            if (cooling > 0) {
                cooling--;
                bad = 0;
            }
            if (bad > patience) {
                double reduced = Math.max(current * factor, minimum);
                current = current - reduced > epsilon ? reduced : current;
                cooling = cooldown;
                bad = 0;
            }
        }
        return current;
    }

    @Override
    public boolean measures(long epoch) {
        return epoch % every == 0;
    }

    private boolean isBetter(double value, double best) {
        // Nothing measured yet; infinity times a threshold of 1 would not be a number.
        if (Double.isInfinite(best)) {
            return mode == Mode.MIN ? value < best : value > best;
        }
        double bound = mode == Mode.MIN
                ? thresholdMode == ThresholdMode.RELATIVE ? best * (1 - threshold) : best - threshold
                : thresholdMode == ThresholdMode.RELATIVE ? best * (1 + threshold) : best + threshold;
        return mode == Mode.MIN ? value < bound : value > bound;
    }
}
