package io.convoy.engine.rng;

/**
 * A deterministic stream of random numbers (SplitMix64); get one from {@link Seed#stream()}. Not for use by two threads.
 * Transcendental functions come from {@link StrictMath}, so that every JDK and every CPU draws the same bits.
 */
public final class RandomStream {
    private long state;

    RandomStream(long state) {
        this.state = state;
    }

    /** Begins again as {@code seed.stream()} would, without a new object. */
    public void restart(Seed seed) {
        state = Seed.mix(seed.value());
    }

    /** The next 64 uniform bits. */
    public long nextLong() {
        state += 0x9E3779B97F4A7C15L;
        return Seed.mix(state);
    }

    /** Uniform over 0 … bound − 1, without bias; {@code bound} is at least 1. */
    public int nextInt(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException(
                    "RandomStream.nextInt expects a bound of at least 1, but it got " + bound + ".");
        }
        long limit = (1L << 32) - (1L << 32) % bound;
        long bits;
        do {
            bits = nextLong() >>> 32;
        } while (bits >= limit);
        return (int) (bits % bound);
    }

    /** Uniform over [0, 1), with 53 random bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /** Uniform over [low, high); {@code low} if the two are equal. */
    public double nextDouble(double low, double high) {
        double value = low + (high - low) * nextDouble();
        // The sum may round up to high.
        return value < high ? value : Math.max(low, Math.nextDown(high));
    }

    /** Uniform over [0, 1), with 24 random bits. */
    public float nextFloat() {
        return (nextLong() >>> 40) * 0x1p-24f;
    }

    /** Normally distributed with mean 0 and standard deviation 1 (Box and Muller, 1958). */
    public double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
        return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
    }

    /** Permutes {@code values} in place, each order equally likely (Fisher and Yates). */
    public void shuffle(int[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = nextInt(i + 1);
            int swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }
}
