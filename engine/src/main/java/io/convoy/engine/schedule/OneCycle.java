package io.convoy.engine.schedule;

/**
 * Up to a high rate, and down to far below the first one (PyTorch's OneCycleLR; Smith and Topin, "Super-convergence", 2018).
 * The rate goes from max / divisor to max over the first {@code rise} of the run and then to max / divisor / finalDivisor; in
 * three phases it goes from max to max / divisor as long as it rose, and then to the end. The momentum goes from maxMomentum to
 * baseMomentum and back as the rate rises and falls. The last rate holds beyond the end.
 *
 * @param maxRate the highest rate, at least 0
 * @param length of the whole run, at least 1. Of whole steps or epochs, the last is number length − 1 and has the last rate
 * @param rise share of the run in which the rate rises, 0 to 1 (0.5 in three phases); default 0.3
 * @param anneal the curve between two rates; default cosine
 * @param cycleMomentum whether the momentum moves against the rate; default true
 * @param baseMomentum where the rate is highest; default 0.85
 * @param maxMomentum where the rate is lowest, below 1; default 0.95
 * @param divisor of the first rate, above 0; default 25
 * @param finalDivisor of the last rate, from the first, above 0; default 10000
 * @param threePhases whether the way down is as long as the way up, and the rest is for the end; default false
 * @param per what is counted; default steps
 */
public record OneCycle(
        double maxRate,
        long length,
        double rise,
        Anneal anneal,
        boolean cycleMomentum,
        double baseMomentum,
        double maxMomentum,
        double divisor,
        double finalDivisor,
        boolean threePhases,
        Unit per)
        implements Schedule {
    /** A curve between two rates. */
    public enum Anneal {
        /** Half a cosine. */
        COSINE,
        /** A straight line. */
        LINEAR
    }

    public OneCycle {
        Expect.rate("OneCycle", maxRate);
        Expect.atLeast("OneCycle", "length", length, 1);
        Expect.share("OneCycle", "rise", rise);
        if (threePhases && rise > 0.5) {
            throw new IllegalArgumentException(
                    "OneCycle expects rise from 0 to 0.5 in three phases, but rise is " + rise + ".");
        }
        Expect.momenta("OneCycle", baseMomentum, maxMomentum);
        Expect.above("OneCycle", "divisor", divisor);
        Expect.above("OneCycle", "finalDivisor", finalDivisor);
    }

    /** The paper's form with PyTorch's defaults. */
    public static OneCycle of(double maxRate, long length, Unit per) {
        return new OneCycle(maxRate, length, 0.3, Anneal.COSINE, true, 0.85, 0.95, 25, 1e4, false, per);
    }

    @Override
    public double rate(Progress at) {
        double first = maxRate / divisor;
        double last = first / finalDivisor;
        return threePhases ? through(at, first, maxRate, first, last) : through(at, first, maxRate, last);
    }

    @Override
    public double momentum(Progress at) {
        if (!cycleMomentum) {
            return Double.NaN;
        }
        return threePhases
                ? through(at, maxMomentum, baseMomentum, maxMomentum, maxMomentum)
                : through(at, maxMomentum, baseMomentum, maxMomentum);
    }

    private double through(Progress at, double... stations) {
        double count = at.count(per);
        // What is counted whole begins at 0 and ends at length − 1; time that flows ends at length.
        double one = per == Unit.FRACTION ? 0 : 1;
        double begin = 0;
        for (int phase = 1; phase < stations.length; phase++) {
            double end = phase == stations.length - 1 ? length - one : phase * (rise * length - one);
            if (count <= end) {
                return end <= begin
                        ? stations[phase]
                        : between(stations[phase - 1], stations[phase], (count - begin) / (end - begin));
            }
            begin = end;
        }
        return stations[stations.length - 1];
    }

    private double between(double first, double last, double share) {
        return anneal == Anneal.COSINE ? CosineAnnealing.between(first, last, share) : first + (last - first) * share;
    }
}
