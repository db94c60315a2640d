package io.convoy.engine.schedule;

/**
 * The same rate always.
 *
 * @param rate at least 0
 */
public record Constant(double rate) implements Schedule {
    public Constant {
        Expect.rate("Constant", rate);
    }

    @Override
    public double rate(Progress at) {
        return rate;
    }
}
