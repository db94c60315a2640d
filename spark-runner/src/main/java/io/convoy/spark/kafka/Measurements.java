package io.convoy.spark.kafka;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.Unit;

/**
 * What the worker has done, as Prometheus sees it; quantiles are those of the last minute. For any number of threads.
 *
 * <ul>
 *   <li>{@code convoy_stream_predictions_total}, {@code convoy_stream_dead_letters_total}: messages that have been answered, once their
 *       answer is safe in Kafka, and committed where there are transactions;
 *   <li>{@code convoy_stream_latency_seconds}: from a message's timestamp to then;
 *   <li>{@code convoy_stream_batch_size}: images that a model scored together;
 *   <li>{@code convoy_stream_decode_seconds} of a message, {@code convoy_stream_infer_seconds} of a batch;
 *   <li>{@code convoy_stream_lag}: messages in Kafka that have not been answered;
 *   <li>{@code convoy_stream_recoveries_total}: how often the worker had to go back to what is committed.
 * </ul>
 */
final class Measurements {
    private static final int MINUTE = 60;
    private static final double NANO = 1e-9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter predictions = Counter.builder()
            .name("convoy_stream_predictions_total")
            .help("Predictions written")
            .register(registry);
    private final Counter deadLetters = Counter.builder()
            .name("convoy_stream_dead_letters_total")
            .help("Messages that could not be scored")
            .register(registry);
    private final Counter recoveries = Counter.builder()
            .name("convoy_stream_recoveries_total")
            .help("Returns to what is committed")
            .register(registry);
    private final Summary latency =
            seconds("convoy_stream_latency", "From a message's timestamp to its safe prediction");
    private final Summary decode = seconds("convoy_stream_decode", "Decoding a message");
    private final Summary infer = seconds("convoy_stream_infer", "Scoring a batch");
    private final Histogram batchSize = Histogram.builder()
            .name("convoy_stream_batch_size")
            .help("Images scored together")
            .classicOnly()
            .classicUpperBounds(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
            .register(registry);
    private final Gauge lag = Gauge.builder()
            .name("convoy_stream_lag")
            .help("Messages that have not been answered")
            .register(registry);

    private Summary seconds(String name, String help) {
        return Summary.builder()
                .name(name)
                .unit(Unit.SECONDS)
                .help(help)
                .quantile(0.5, 0.01)
                .quantile(0.99, 0.001)
                .maxAgeSeconds(MINUTE)
                .register(registry);
    }

    PrometheusRegistry registry() {
        return registry;
    }

    void decoded(long nanos) {
        decode.observe(nanos * NANO);
    }

    void scored(int images, long nanos) {
        batchSize.observe(images);
        infer.observe(nanos * NANO);
    }

    /** An answer is safe. */
    void answered(boolean deadLetter, long latencyMillis) {
        (deadLetter ? deadLetters : predictions).inc();
        latency.observe(Math.max(0, latencyMillis) * 1e-3);
    }

    void recovered() {
        recoveries.inc();
    }

    void lag(long messages) {
        lag.set((double) messages);
    }

    long predictions() {
        return predictions.getLongValue();
    }

    long deadLetters() {
        return deadLetters.getLongValue();
    }

    long lag() {
        return (long) lag.get();
    }

    /** A quantile of the last minute's latencies, 0.5 or 0.99, in milliseconds; 0 without messages. */
    double latencyMillis(double quantile) {
        for (SummarySnapshot.SummaryDataPointSnapshot point : latency.collect().getDataPoints()) {
            Quantiles quantiles = point.getQuantiles();
            for (int i = 0; i < quantiles.size(); i++) {
                double value = quantiles.get(i).getValue();
                if (quantiles.get(i).getQuantile() == quantile && !Double.isNaN(value)) {
                    return value * 1e3;
                }
            }
        }
        return 0;
    }
}
