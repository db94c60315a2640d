package io.convoy.spark.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.MetricsConfig;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class MetricsEndpointTest {
    private static final String LOOPBACK = "127.0.0.1";

    private final PrometheusRegistry registry = new PrometheusRegistry();

    private static HttpResponse<String> send(String method, int port, String path)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + LOOPBACK + ":" + port + path))
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void measurementsAreReadAndNothingElse() throws Exception {
        Counter.builder().name("answers").help("Answers.").register(registry).inc(3);
        try (MetricsEndpoint endpoint = new MetricsEndpoint(new MetricsConfig(LOOPBACK, 0), registry)) {
            HttpResponse<String> read = send("GET", endpoint.port(), "/metrics");
            assertThat(read.statusCode()).isEqualTo(200);
            assertThat(read.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
            assertThat(read.body()).contains("# HELP answers_total Answers.", "answers_total 3.0");
            assertThat(send("POST", endpoint.port(), "/metrics").statusCode()).isEqualTo(405);
            assertThat(send("GET", endpoint.port(), "/other").statusCode()).isEqualTo(404);
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "all of 127.0.0.0/8 is this machine on Linux alone")
    void itListensWhereItIsToldTo() {
        // Another address of the same machine has the same port free.
        try (MetricsEndpoint one = new MetricsEndpoint(new MetricsConfig(LOOPBACK, 0), registry);
                MetricsEndpoint other = new MetricsEndpoint(new MetricsConfig("127.0.0.2", one.port()), registry)) {
            assertThat(other.port()).isEqualTo(one.port());
        }
    }

    @Test
    void aTakenPortAndAnUnknownHostAreRefusedInOneLine() {
        try (MetricsEndpoint taken = new MetricsEndpoint(new MetricsConfig(LOOPBACK, 0), registry)) {
            assertThatThrownBy(() -> new MetricsEndpoint(new MetricsConfig(LOOPBACK, taken.port()), registry))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("metrics expects a free port of this machine, but 127.0.0.1:" + taken.port()
                            + " can't be listened on: Address already in use. Maybe take another port, or 0 for any.");
        }
        assertThatThrownBy(() -> new MetricsEndpoint(new MetricsConfig("nowhere.invalid", 0), registry))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("metrics.host expects an address of this machine, but nowhere.invalid is not known.");
    }
}
