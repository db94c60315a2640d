package io.convoy.spark.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.serve.OneShot;
import org.junit.jupiter.api.Test;

final class OneShotLineTest {
    @Test
    void theLineTellsTheAccuracyItsIntervalAndWhatNeedsNoNetwork() {
        assertThat(OneShotLine.of(new OneShot.Result(20, new Accuracy(713, 1000), new Accuracy(405, 1000))))
                .isEqualTo("20-way one-shot accuracy 71.3 % (95 % interval 68.4 … 74.0 %) in 1,000 episodes; by the"
                        + " distance of pixels 40.5 %, by chance 5.0 %");
    }
}
