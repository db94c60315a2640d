package io.convoy.engine.schedule;

/**
 * Goes up and down between two rates (PyTorch's CyclicLR; Smith, "Cyclical learning rates for training neural networks",
 * WACV 2017). In cycle c = 1, 2, …, with h rising from 0 to 1 over {@code up} and falling back over {@code down}:
 *
 * <pre>
 * rate = base + (max − base) · h · scale,  momentum = maxMomentum − (maxMomentum − baseMomentum) · h · scale
 * scale = 1 (triangular), 1 / 2^(c − 1) (triangular2), gamma^count (exp_range)
 * </pre>
 *
 * @param baseRate the lowest rate, at least 0
 * @param maxRate the highest rate of the first cycle, at least {@code baseRate}
 * @param up length of the way up, at least 1; default 2000
 * @param down length of the way down, at least 1; default {@code up}
 * @param mode how the cycles become flatter; default triangular
 * @param gamma factor for {@link Mode#EXP_RANGE}, above 0; default 1
 * @param cycleMomentum whether the momentum moves against the rate; default true
 * @param baseMomentum where the rate is highest; default 0.8
 * @param maxMomentum where the rate is lowest, below 1; default 0.9
 * @param per what is counted; default steps
 */
public record Cyclic(
        double baseRate,
        double maxRate,
        long up,
        long down,
        Mode mode,
        double gamma,
        boolean cycleMomentum,
        double baseMomentum,
        double maxMomentum,
        Unit per)
        implements Schedule {
    /** How the cycles become flatter. */
    public enum Mode {
        /** Not at all. */
        TRIANGULAR,
        /** Each is half as high as the one before. */
        TRIANGULAR2,
        /** By a factor at each count. */
        EXP_RANGE
    }

    public Cyclic {
        Expect.rate("Cyclic", baseRate);
        Expect.atLeast("Cyclic", "maxRate", maxRate, baseRate);
        Expect.atLeast("Cyclic", "up", up, 1);
        Expect.atLeast("Cyclic", "down", down, 1);
        Expect.factor("Cyclic", gamma);
        Expect.momenta("Cyclic", baseMomentum, maxMomentum);
    }

    /** Triangles of the same height, with momentum from 0.9 to 0.8 and back. */
    public static Cyclic triangular(double baseRate, double maxRate, long up, Unit per) {
        return new Cyclic(baseRate, maxRate, up, up, Mode.TRIANGULAR, 1, true, 0.8, 0.9, per);
    }

    @Override
    public double rate(Progress at) {
        return baseRate + (maxRate - baseRate) * height(at);
    }

    @Override
    public double momentum(Progress at) {
        return cycleMomentum ? maxMomentum - (maxMomentum - baseMomentum) * height(at) : Double.NaN;
    }

    private double height(Progress at) {
        double count = at.count(per);
        double length = (double) up + down;
        double cycle = Math.floor(count / length);
        double inside = count - cycle * length;
        double height = inside <= up ? inside / up : (length - inside) / down;
        return height
                * switch (mode) {
                    case TRIANGULAR -> 1;
                    case TRIANGULAR2 -> StrictMath.pow(0.5, cycle);
                    case EXP_RANGE -> StrictMath.pow(gamma, count);
                };
    }
}
