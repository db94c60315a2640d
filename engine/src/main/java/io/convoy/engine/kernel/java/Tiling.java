package io.convoy.engine.kernel.java;

/** How large the tiles of a {@link JavaOperation} are that may be cut anywhere between two planes or rows. */
final class Tiling {
    /** Floats of a tile: with the output's it fits the first cache level or nearly so, and a call for it is worth the copies. */
    private static final int FLOATS = 1 << 13;

    /** 4 KiB. */
    private static final int PAGE = 1 << 10;

    private static final int NEAR = 32;

    private Tiling() {}

    /** Units in a tile: the most that divide {@code units} and fit, at least 1. */
    static int units(int units, long floatsPerUnit) {
        long most = Math.max(1, FLOATS / Math.max(1, floatsPerUnit));
        for (int n = (int) Math.min(units, most); n > 1; n--) {
            if (units % n == 0) {
                return n;
            }
        }
        return 1;
    }

    /**
     * How many tiles there are of a tensor that may be cut anywhere. Sizes near multiples of 4 KiB are avoided: of two arrays that
     * follow each other, a value of the one would then lie where the cache takes it for one of the other.
     */
    static int ofValues(long count) {
        for (int n = (int) Math.min(count, FLOATS); n > FLOATS / 8; n--) {
            if (count % n == 0 && Math.floorMod(n + NEAR, PAGE) > 2 * NEAR) {
                return Math.toIntExact(count / n);
            }
        }
        return Math.toIntExact(count / units(Math.toIntExact(count), 1));
    }
}
