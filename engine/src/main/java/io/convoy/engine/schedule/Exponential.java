package io.convoy.engine.schedule;

/**
 * Multiplies the rate by gamma every epoch or step (PyTorch's ExponentialLR): rate · gamma^count.
 *
 * @param rate the first rate, at least 0
 * @param gamma factor, above 0
 * @param per what is counted; default epochs
 */
public record Exponential(double rate, double gamma, Unit per) implements Schedule {
    public Exponential {
        Expect.rate("Exponential", rate);
        Expect.factor("Exponential", gamma);
    }

    @Override
    public double rate(Progress at) {
        return rate * StrictMath.pow(gamma, at.count(per));
    }
}
