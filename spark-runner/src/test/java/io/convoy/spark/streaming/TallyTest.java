package io.convoy.spark.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TallyTest {
    private static Tally thousand() {
        Tally tally = new Tally();
        for (long millis = 1; millis <= 1000; millis++) {
            tally.add(millis);
        }
        tally.scored(40, 3, 80_000_000, 20_000_000);
        tally.scored(10, 1, 20_000_000, 5_000_000);
        return tally;
    }

    @Test
    void aQuantileIsAtMostAnEighthTooHigh() {
        assertThat(thousand().latencyMillis(0.5)).isBetween(500L, 563L);
        assertThat(thousand().latencyMillis(0.99)).isBetween(990L, 1115L);
        assertThat(new Tally().latencyMillis(0.5)).isZero();
    }

    @Test
    void whatTasksDidIsSummedUpAndTakenApart() {
        Tally sum = thousand();
        assertThat(sum.isZero()).isFalse();
        Tally before = sum.copy();
        sum.merge(thousand());
        assertThat(sum.records()).isEqualTo(100);
        assertThat(sum.since(before).toString())
                .isEqualTo(thousand().toString())
                .isEqualTo("p50 515 ms, p99 1,043 ms, decode 2.00 ms, score 0.50 ms, 25 at once, 4 dead letters");
        sum.reset();
        assertThat(sum.isZero()).isTrue();
    }

    @Test
    void sparkAndPrometheusReadTheSame() {
        Tally tally = thousand();
        tally.behind(17);
        StreamMetrics metrics = new StreamMetrics("test", tally);
        Map<String, Object> values = new TreeMap<>();
        for (String name : metrics.metricRegistry().getNames()) {
            values.put(name, metrics.metricRegistry().gauge(name).getValue());
        }
        assertThat(metrics.sourceName()).isEqualTo("convoy.stream.test");
        assertThat(values)
                .containsEntry("predictions", 46.0)
                .containsEntry("dead_letters", 4.0)
                .containsEntry("batch_size", 25.0)
                .containsEntry("lag", 17.0);
        assertThat(metrics.prometheus().scrape().stream()
                        .map(snapshot -> snapshot.getMetadata().getPrometheusName()))
                .contains("convoy_stream_predictions", "convoy_stream_dead_letters", "convoy_stream_lag");
    }
}
