package io.convoy.spark.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RecentTimesTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong now = new AtomicLong(-5 * SECOND);
    private final RecentTimes times = new RecentTimes(now::get);

    @Test
    void quantilesAreAtMostAThirtysecondTooHigh() {
        long seed = Long.getLong("convoy.test.seed", System.nanoTime());
        System.out.println("Property seed " + seed + " (-Dconvoy.test.seed=)");
        Random random = new Random(seed);
        double[] seconds = new double[1000];
        for (int i = 0; i < seconds.length; i++) {
            long nanos = 1 + (long) Math.exp(random.nextDouble() * 30);
            seconds[i] = nanos * 1e-9;
            times.add(nanos);
        }
        Arrays.sort(seconds);
        for (double quantile : new double[] {0.5, 0.99, 1}) {
            double exact = seconds[(int) Math.ceil(quantile * seconds.length) - 1];
            assertThat(times.quantile(quantile)).isBetween(exact, exact * (1 + 1 / 32.0) * (1 + 1e-6));
        }
        assertThat(times.count()).isEqualTo(1000);
        assertThat(times.seconds()).isCloseTo(Arrays.stream(seconds).sum(), within(1e-6 * times.seconds()));
    }

    @Test
    void whatIsOlderThanAMinuteCountsForNoQuantile() {
        times.add(8 * SECOND);
        now.addAndGet(59 * SECOND);
        times.add(SECOND);
        assertThat(times.quantile(1)).isGreaterThan(8);
        now.addAndGet(12 * SECOND);
        assertThat(times.quantile(1)).isBetween(1.0, 1.1);
        now.addAndGet(1000 * SECOND);
        assertThat(times.quantile(0.5)).isNaN();
        assertThat(times.count()).isEqualTo(2);
        assertThat(times.seconds()).isEqualTo(9);
    }

    @Test
    void theShortestAndTheLongestAreCountedToo() {
        times.add(0);
        assertThat(times.quantile(1)).isBetween(1e-9, 1.1e-9);
        times.add(Long.MAX_VALUE);
        assertThat(times.quantile(1)).isGreaterThan(9e9);
    }
}
