package io.convoy.engine.kernel.java;

/** How large the tiles of a {@link JavaOperation} are that may be cut anywhere between two planes or rows. */
final class Tiling {
    /** Floats of a tile: with the output's it fits the first cache level or nearly so, and a call for it is worth the copies. */
    private static final int FLOATS = 1 << 13;

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
}
