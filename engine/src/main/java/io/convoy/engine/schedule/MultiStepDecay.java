package io.convoy.engine.schedule;

import java.util.List;

/**
 * Multiplies the rate by gamma at each milestone (PyTorch's MultiStepLR): rate · gamma^(milestones ≤ count).
 *
 * @param rate the first rate, at least 0
 * @param milestones counts of at least 1, in ascending order; one that is there twice falls twice
 * @param gamma factor, above 0; default 0.1
 * @param per what is counted; default epochs
 */
public record MultiStepDecay(double rate, List<Long> milestones, double gamma, Unit per) implements Schedule {
    public MultiStepDecay {
        Expect.rate("MultiStepDecay", rate);
        Expect.factor("MultiStepDecay", gamma);
        milestones = List.copyOf(milestones);
        if (milestones.stream().anyMatch(milestone -> milestone < 1)
                || !milestones.stream().sorted().toList().equals(milestones)) {
            throw new IllegalArgumentException("MultiStepDecay expects milestones of at least 1 in ascending order, but"
                    + " they are " + milestones + ".");
        }
    }

    @Override
    public double rate(Progress at) {
        double count = at.count(per);
        long passed =
                milestones.stream().filter(milestone -> milestone <= count).count();
        return rate * StrictMath.pow(gamma, (double) passed);
    }
}
