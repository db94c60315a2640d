package io.convoy.engine.schedule;

/**
 * Falls along half a cosine, again and again (PyTorch's CosineAnnealingWarmRestarts; SGDR, Loshchilov and Hutter 2017): with
 * t counted from the last restart and T the length of this fall, minimum + (rate − minimum) · (1 + cos(π · t / T)) / 2.
 *
 * @param rate the rate after each restart, at least 0
 * @param length of the first fall, at least 1
 * @param multiplier how many times as long as the one before each fall is, at least 1; default 1
 * @param minimum the lowest rate, at least 0; default 0
 * @param per what is counted; default fractions of epochs, as in the paper
 */
public record CosineWarmRestarts(double rate, long length, int multiplier, double minimum, Unit per)
        implements Schedule {
    public CosineWarmRestarts {
        Expect.rate("CosineWarmRestarts", rate);
        Expect.atLeast("CosineWarmRestarts", "length", length, 1);
        Expect.atLeast("CosineWarmRestarts", "multiplier", multiplier, 1);
        Expect.atLeast("CosineWarmRestarts", "minimum", minimum, 0.0);
    }

    @Override
    public double rate(Progress at) {
        double t = at.count(per);
        double fall = length;
        if (multiplier == 1) {
            t %= fall;
        } else {
            while (t >= fall) {
                t -= fall;
                fall *= multiplier;
            }
        }
        return CosineAnnealing.between(rate, minimum, t / fall);
    }
}
