package io.convoy.engine.schedule;

/**
 * Falls to 0 along a power (PyTorch's PolynomialLR): rate · (1 − min(count, length) / length)^power.
 *
 * @param rate the first rate, at least 0
 * @param length the count at which 0 is reached, at least 1
 * @param power above 0; default 1, a straight line
 * @param per what is counted; default epochs
 */
public record Polynomial(double rate, long length, double power, Unit per) implements Schedule {
    public Polynomial {
        Expect.rate("Polynomial", rate);
        Expect.atLeast("Polynomial", "length", length, 1);
        Expect.above("Polynomial", "power", power);
    }

    @Override
    public double rate(Progress at) {
        return rate * StrictMath.pow(1 - Math.min(at.count(per), (double) length) / length, power);
    }
}
