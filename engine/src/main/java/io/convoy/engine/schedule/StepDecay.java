package io.convoy.engine.schedule;

/**
 * Multiplies the rate by gamma every {@code every} epochs or steps (PyTorch's StepLR): rate · gamma^⌊count / every⌋.
 *
 * @param rate the first rate, at least 0
 * @param every length of a plateau, at least 1
 * @param gamma factor, above 0; default 0.1
 * @param per what is counted; default epochs
 */
public record StepDecay(double rate, long every, double gamma, Unit per) implements Schedule {
    public StepDecay {
        Expect.rate("StepDecay", rate);
        Expect.factor("StepDecay", gamma);
        Expect.atLeast("StepDecay", "every", every, 1);
    }

    @Override
    public double rate(Progress at) {
        return rate * StrictMath.pow(gamma, Math.floor(at.count(per) / every));
    }
}
