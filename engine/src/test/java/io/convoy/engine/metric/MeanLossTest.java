package io.convoy.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MeanLossTest {
    @Test
    void aShortBatchWeighsWhatItHolds() {
        MeanLoss full = new MeanLoss(64, 128);
        MeanLoss last = new MeanLoss(8, 4);
        assertThat(full.plus(last).value()).isEqualTo(72 / 132.0);
        assertThat(MeanLoss.NONE.plus(full)).isEqualTo(full);
        assertThat(MeanLoss.NONE.value()).isNaN();
    }

    @Test
    void countsAreNotNegative() {
        assertThatThrownBy(() -> new MeanLoss(1, -1))
                .hasMessage("MeanLoss expects a count of at least 0, but it got -1.");
    }
}
