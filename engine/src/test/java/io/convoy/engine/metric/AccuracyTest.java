package io.convoy.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccuracyTest {
    @Test
    void partsOfDifferentSizeMergeByTheirCounts() {
        Accuracy large = new Accuracy(90, 100);
        Accuracy small = Accuracy.NONE.plus(true).plus(false);
        assertThat(small).isEqualTo(new Accuracy(1, 2));
        assertThat(large.plus(small).value()).isEqualTo(91 / 102.0);
        assertThat(large.plus(Accuracy.NONE)).isEqualTo(large);
    }

    @Test
    void ofNothingIsNoNumber() {
        assertThat(Accuracy.NONE.value()).isNaN();
    }

    /** Examples of Newcombe, "Two-sided confidence intervals for the single proportion", 1998, method 3. */
    @ParameterizedTest
    @CsvSource({"81, 263, 0.2553, 0.3662", "15, 148, 0.0624, 0.1605", "0, 20, 0, 0.1611", "1, 29, 0.0061, 0.1718"})
    void theIntervalIsWilsons(long correct, long count, double low, double high) {
        Accuracy.Interval interval = new Accuracy(correct, count).interval();
        assertThat(interval.low()).isCloseTo(low, within(5e-5));
        assertThat(interval.high()).isCloseTo(high, within(5e-5));
        Accuracy.Interval mirrored = new Accuracy(count - correct, count).interval();
        assertThat(mirrored.low()).isCloseTo(1 - interval.high(), within(1e-12));
    }

    @Test
    void nothingIsKnownOfNothing() {
        assertThat(Accuracy.NONE.interval()).isEqualTo(new Accuracy.Interval(0, 1));
    }

    @Test
    void notMoreThanAllCanBeRight() {
        assertThatThrownBy(() -> new Accuracy(3, 2)).hasMessage("Accuracy expects 0 … 2 correct of 2, but it got 3.");
        assertThatThrownBy(() -> new Accuracy(-1, 2)).hasMessage("Accuracy expects 0 … 2 correct of 2, but it got -1.");
    }
}
