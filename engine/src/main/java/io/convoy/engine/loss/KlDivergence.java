package io.convoy.engine.loss;

/**
 * The Kullback–Leibler divergence of the output's distribution from the target's (1951), as PyTorch's {@code KLDivLoss}.
 *
 * <pre>
 * loss[i] = t · (log t − x), 0 where t = 0,  or exp(t) · (t − x) for logarithms as targets
 * x, t: [N, …], x logarithms of probabilities
 * </pre>
 *
 * {@link Reduction#BATCH_MEAN} is the divergence a sample; {@link Reduction#MEAN} divides by the number of elements as PyTorch does.
 *
 * @param logTarget whether targets are logarithms of probabilities, too; default false
 * @param reduction default {@link Reduction#MEAN}, over all elements
 */
public record KlDivergence(boolean logTarget, Reduction reduction) implements ElementLoss {
    /** The mean for targets that are probabilities. */
    public KlDivergence() {
        this(false, Reduction.MEAN);
    }

    @Override
    public double value(double x, double t, int channel) {
        if (logTarget) {
            return StrictMath.exp(t) * (t - x);
        }
        return t == 0 ? 0 : t * (StrictMath.log(t) - x);
    }

    @Override
    public double slope(double x, double t, int channel) {
        return logTarget ? -StrictMath.exp(t) : -t;
    }
}
