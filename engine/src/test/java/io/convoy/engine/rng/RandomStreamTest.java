package io.convoy.engine.rng;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
    private static final int DRAWS = 200_000;

    @Test
    void theGeneratorIsSplitMix64() {
        // The first outputs for state 1234567, as published with the reference implementation.
        RandomStream stream = new RandomStream(1234567);
        assertThat(stream.nextLong()).isEqualTo(6457827717110365317L);
        assertThat(stream.nextLong()).isEqualTo(3203168211198807973L);
        assertThat(Long.toUnsignedString(stream.nextLong())).isEqualTo("9817491932198370423");
    }

    @Test
    void theFirstValuesAreFrozen() {
        // Evaluated with the formulas of RandomStream in Python's integers and doubles.
        RandomStream longs = new Seed(42).stream();
        assertThat(longs.nextLong()).isEqualTo(-7450291807549245335L);
        assertThat(longs.nextLong()).isEqualTo(2958219263312191191L);
        RandomStream doubles = new Seed(42).stream();
        assertThat(doubles.nextDouble()).isEqualTo(0.5961188718302076);
        assertThat(doubles.nextDouble()).isEqualTo(0.1603653875985772);
        assertThat(new Seed(42).stream().nextGaussian()).isCloseTo(0.7189198751663963, within(1e-15));
        RandomStream integers = new Seed(42).stream();
        int[] digits = new int[8];
        Arrays.setAll(digits, i -> integers.nextInt(10));
        assertThat(digits).containsExactly(9, 5, 6, 0, 8, 5, 2, 4);
    }

    @Test
    void integersBelowABoundAreEquallyLikely() {
        RandomStream stream = new Seed(1).stream();
        int[] counts = new int[7];
        for (int i = 0; i < DRAWS; i++) {
            counts[stream.nextInt(7)]++;
        }
        double expected = DRAWS / 7.0;
        double chiSquare = 0;
        for (int count : counts) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        // 6 degrees of freedom: exceeded once in 10,000 seeds.
        assertThat(chiSquare).isLessThan(27.9);
    }

    @Test
    void aBoundOfOneGivesZeroAndNoBoundIsRefused() {
        RandomStream stream = new Seed(1).stream();
        assertThat(stream.nextInt(1)).isZero();
        assertThat(stream.nextInt(Integer.MAX_VALUE)).isNotNegative();
        assertThatThrownBy(() -> stream.nextInt(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("RandomStream.nextInt expects a bound of at least 1, but it got 0.");
    }

    @Test
    void fractionsAreUniformFromZeroBelowOne() {
        RandomStream stream = new Seed(2).stream();
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < DRAWS; i++) {
            double d = stream.nextDouble();
            float f = stream.nextFloat();
            assertThat(d >= 0 && d < 1 && f >= 0 && f < 1).isTrue();
            sum += d + f;
            squares += d * d + (double) f * f;
        }
        assertThat(sum / (2 * DRAWS)).isCloseTo(0.5, within(0.003));
        assertThat(squares / (2 * DRAWS)).isCloseTo(1 / 3.0, within(0.003));
    }

    @Test
    void aRangeIsNeverReachedAtItsUpperEnd() {
        RandomStream stream = new Seed(3).stream();
        for (int i = 0; i < 1000; i++) {
            assertThat(stream.nextDouble(1, Math.nextUp(1.0))).isEqualTo(1.0);
            assertThat(stream.nextDouble(-3, 5)).isBetween(-3.0, 5.0);
        }
        assertThat(stream.nextDouble(4, 4)).isEqualTo(4);
    }

    @Test
    void gaussiansHaveTheMomentsOfTheStandardNormal() {
        RandomStream stream = new Seed(4).stream();
        double[] moments = new double[5];
        for (int i = 0; i < DRAWS; i++) {
            double x = stream.nextGaussian();
            for (int power = 1; power < 5; power++) {
                moments[power] += StrictMath.pow(x, power) / DRAWS;
            }
        }
        assertThat(moments[1]).isCloseTo(0, within(0.01));
        assertThat(moments[2]).isCloseTo(1, within(0.015));
        assertThat(moments[3]).isCloseTo(0, within(0.04));
        assertThat(moments[4]).isCloseTo(3, within(0.12));
    }

    @Test
    void aShuffleIsAPermutationAndEveryOrderIsEquallyLikely() {
        RandomStream stream = new Seed(6).stream();
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++) {
            int[] values = {0, 1, 2};
            stream.shuffle(values);
            assertThat(values).containsExactlyInAnyOrder(0, 1, 2);
            counts[values[0] * 2 + (values[1] > values[2] ? 1 : 0)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(9_600, 10_400);
        }
    }
}
