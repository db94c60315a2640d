package io.convoy.engine.schedule;

/**
 * Falls along half a cosine and rises again beyond it (PyTorch's CosineAnnealingLR; SGDR without restarts, Loshchilov and
 * Hutter 2017): minimum + (rate − minimum) · (1 + cos(π · count / length)) / 2.
 *
 * @param rate the first rate, at least 0
 * @param length the count at which the minimum is reached, at least 1
 * @param minimum the lowest rate, at least 0; default 0
 * @param per what is counted; default epochs
 */
public record CosineAnnealing(double rate, long length, double minimum, Unit per) implements Schedule {
    public CosineAnnealing {
        Expect.rate("CosineAnnealing", rate);
        Expect.atLeast("CosineAnnealing", "length", length, 1);
        Expect.atLeast("CosineAnnealing", "minimum", minimum, 0.0);
    }

    @Override
    public double rate(Progress at) {
        return between(rate, minimum, at.count(per) / length);
    }

    /** From {@code first} at 0 to {@code last} at 1. */
    static double between(double first, double last, double share) {
        return last + (first - last) * (1 + StrictMath.cos(StrictMath.PI * share)) / 2;
    }
}
