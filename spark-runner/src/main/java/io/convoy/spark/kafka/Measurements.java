package io.convoy.spark.kafka;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.SummaryWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
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
 *   <li>{@code convoy_stream_waiting}: of them, those that are read and wait for being scored;
 *   <li>{@code convoy_stream_recoveries_total}: how often the worker had to go back to what is committed.
 * </ul>
 */
final class Measurements {
    private static final long NANOS_PER_MILLI = 1_000_000;

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
    private final RecentTimes latency =
            seconds("convoy_stream_latency", "From a message's timestamp to its safe prediction");
    private final RecentTimes decode = seconds("convoy_stream_decode", "Decoding a message");
    private final RecentTimes infer = seconds("convoy_stream_infer", "Scoring a batch");
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
    private final Gauge waiting = Gauge.builder()
            .name("convoy_stream_waiting")
            .help("Messages that are read and wait for being scored")
            .register(registry);

    private RecentTimes seconds(String name, String help) {
        RecentTimes times = new RecentTimes();
        SummaryWithCallback unused = SummaryWithCallback.builder()
                .name(name)
                .unit(Unit.SECONDS)
                .help(help)
                .callback(callback -> callback.call(times.count(), times.seconds(), times.quantiles()))
                .register(registry);
        return times;
    }

    PrometheusRegistry registry() {
        return registry;
    }

    void decoded(long nanos) {
        decode.add(nanos);
    }

    void scored(int images, long nanos) {
        batchSize.observe(images);
        infer.add(nanos);
    }

    /** An answer is safe. */
    void answered(boolean deadLetter, long latencyMillis) {
        (deadLetter ? deadLetters : predictions).inc();
        latency.add(Math.max(0, latencyMillis) * NANOS_PER_MILLI);
    }

    void recovered() {
        recoveries.inc();
    }

    void lag(long messages) {
        lag.set((double) messages);
    }

    void waiting(int messages) {
        waiting.set((double) messages);
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

    long waiting() {
        return (long) waiting.get();
    }

    /** A quantile of the last minute's latencies, in milliseconds; 0 without messages. */
    double latencyMillis(double quantile) {
        double seconds = latency.quantile(quantile);
        return Double.isNaN(seconds) ? 0 : seconds * 1e3;
    }
}
