package io.convoy.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

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

    @Test
    void notMoreThanAllCanBeRight() {
        assertThatThrownBy(() -> new Accuracy(3, 2)).hasMessage("Accuracy expects 0 … 2 correct of 2, but it got 3.");
        assertThatThrownBy(() -> new Accuracy(-1, 2)).hasMessage("Accuracy expects 0 … 2 correct of 2, but it got -1.");
    }
}
