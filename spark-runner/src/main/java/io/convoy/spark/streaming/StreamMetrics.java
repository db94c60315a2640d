package io.convoy.spark.streaming;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.DoubleSupplier;
import org.apache.spark.metrics.source.Source;

/**
 * What a stream has done, as two kinds of readers know it: Spark's metric system, {@code …driver.convoy.stream.NAME.records} and so on,
 * and Prometheus, by the names that the light worker has, too, where it measures the same.
 */
final class StreamMetrics implements Source {
    private final String name;
    private final MetricRegistry registry = new MetricRegistry();
    private final PrometheusRegistry prometheus = new PrometheusRegistry();

    StreamMetrics(String name, Tally tally) {
        this.name = name;
        counter("predictions", "Predictions written", () -> tally.records() - tally.deadLetters());
        counter("dead_letters", "Messages that could not be scored", tally::deadLetters);
        gauge(
                "latency_p50_seconds",
                "Median time from a message's timestamp to its safe prediction",
                () -> tally.latencyMillis(0.5) * 1e-3);
        gauge(
                "latency_p99_seconds",
                "The time that 99 of 100 messages have at most",
                () -> tally.latencyMillis(0.99) * 1e-3);
        gauge("batch_size", "Images scored together, on average", tally::messagesPerCall);
        gauge("decode_seconds", "Decoding a message, on average", () -> tally.decodeMillisPerMessage() * 1e-3);
        gauge("infer_seconds", "Scoring a message, on average", () -> tally.scoreMillisPerMessage() * 1e-3);
        gauge("lag", "Messages that have not been read, of the partition that is furthest behind", tally::behind);
    }

    private void counter(String what, String help, DoubleSupplier value) {
        spark(what, value);
        CounterWithCallback unused = CounterWithCallback.builder()
                .name("convoy_stream_" + what + "_total")
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(prometheus);
    }

    private void gauge(String what, String help, DoubleSupplier value) {
        spark(what, value);
        GaugeWithCallback unused = GaugeWithCallback.builder()
                .name("convoy_stream_" + what)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(prometheus);
    }

    private void spark(String what, DoubleSupplier value) {
        Object unused = registry.registerGauge(what, value::getAsDouble);
    }

    PrometheusRegistry prometheus() {
        return prometheus;
    }

    @Override
    public String sourceName() {
        return "convoy.stream." + name;
    }

    @Override
    public MetricRegistry metricRegistry() {
        return registry;
    }
}
