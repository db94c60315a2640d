package io.convoy.spark.kafka;

import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Times, counted and added up since the start, with the quantiles of the last minute. Taking note of one costs some nanoseconds, as it
 * is done for every message: times are counted in classes that are each at most 1/32 wider than where they begin, so that a quantile is at
 * most so much too high. For any number of threads.
 */
final class RecentTimes {
    private static final int WINDOWS = 7;
    private static final long WINDOW_NANOS = 10_000_000_000L;

    /** A float32 has 23 bits behind the first one, of which 5 tell classes apart. */
    private static final int SHIFT = 18;

    private static final int FIRST = Float.floatToRawIntBits(1) >>> SHIFT;
    private static final int CLASSES = (Float.floatToRawIntBits((float) Long.MAX_VALUE) >>> SHIFT) - FIRST + 1;

    private final LongSupplier clock;
    /** The window that runs, and the last minute's. */
    private final long[][] windows = new long[WINDOWS][CLASSES];

    private long window;
    private long count;
    private double seconds;

    RecentTimes() {
        this(System::nanoTime);
    }

    /**
     * For tests.
     *
     * @param clock tells nanoseconds
     */
    RecentTimes(LongSupplier clock) {
        this.clock = clock;
        this.window = window();
    }

    private long window() {
        return Math.floorDiv(clock.getAsLong(), WINDOW_NANOS);
    }

    /** Takes note of a time. */
    synchronized void add(long nanos) {
        forget();
        int one = (Float.floatToRawIntBits((float) Math.max(1, nanos)) >>> SHIFT) - FIRST;
        windows[Math.floorMod(window, WINDOWS)][one]++;
        count++;
        seconds += nanos * 1e-9;
    }

    private void forget() {
        long now = window();
        for (long next = Math.max(window + 1, now - WINDOWS + 1); next <= now; next++) {
            Arrays.fill(windows[Math.floorMod(next, WINDOWS)], 0);
        }
        window = now;
    }

    synchronized long count() {
        return count;
    }

    /** All of them together. */
    synchronized double seconds() {
        return seconds;
    }

    /** What the share {@code quantile} of the last minute's times is at most, in seconds; not a number where there are none. */
    synchronized double quantile(double quantile) {
        forget();
        long all = 0;
        for (long[] one : windows) {
            all += Arrays.stream(one).sum();
        }
        long below = 0;
        for (int i = 0; i < CLASSES && all > 0; i++) {
            for (long[] one : windows) {
                below += one[i];
            }
            if (below >= quantile * all) {
                return Float.intBitsToFloat((i + 1 + FIRST) << SHIFT) * 1e-9;
            }
        }
        return Double.NaN;
    }

    /** Those that are usual. */
    Quantiles quantiles() {
        return Quantiles.of(new Quantile(0.5, quantile(0.5)), new Quantile(0.99, quantile(0.99)));
    }
}
