package io.convoy.engine.data;

import io.convoy.engine.rng.RandomStream;

/**
 * Learns from mixtures of two samples (Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018).
 *
 * <pre>x = λ · x[i] + (1 − λ) · x[j],  p = λ · [t[i]] + (1 − λ) · [t[j]],  λ ~ Beta(alpha, alpha)</pre>
 *
 * j is uniform over the data set. Targets become probabilities of the classes, as {@link io.convoy.engine.loss.CrossEntropy}
 * takes them.
 *
 * @param alpha how even mixtures are, 0.01 … 100; 0.2 is usual
 */
public record Mixup(double alpha) {
    public Mixup {
        if (!(alpha >= 0.01 && alpha <= 100)) {
            throw new DataException("Mixup expects an alpha of 0.01 … 100, but it got " + alpha + ".");
        }
    }

    /** Draws λ. */
    double share(RandomStream random) {
        double one = gamma(random);
        double other = gamma(random);
        double sum = one + other;
        // Both may be too small for a double; then one of them is still the larger one.
        return sum > 0 ? one / sum : random.nextInt(2);
    }

    /** Draws from Gamma(alpha, 1) (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000). */
    private double gamma(RandomStream random) {
        double shape = alpha < 1 ? alpha + 1 : alpha;
        double d = shape - 1 / 3.0;
        double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
            double u = 1 - random.nextDouble();
            if (v > 0 && StrictMath.log(u) < x * x / 2 + d * (1 - v + StrictMath.log(v))) {
                double boost = alpha < 1 ? StrictMath.pow(1 - random.nextDouble(), 1 / alpha) : 1;
                return d * v * boost;
            }
        }
    }
}
