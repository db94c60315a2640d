package io.convoy.spark.kafka;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.MetricsConfig;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;

/**
 * {@code GET /metrics} in Prometheus' text format, version 0.0.4. It tells numbers alone, to whoever can
 * reach it.
 */
public final class MetricsEndpoint implements AutoCloseable {
    private final HttpServer server;

    /**
     * Listens.
     *
     * @throws InvalidInputException if the host is not an address of this machine, or the port is taken
     */
    public MetricsEndpoint(MetricsConfig config, PrometheusRegistry registry) {
        InetSocketAddress address = new InetSocketAddress(config.host(), config.port());
        if (address.isUnresolved()) {
            throw new InvalidInputException(
                    "metrics.host expects an address of this machine, but " + config.host() + " is not known.");
        }
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "metrics expects a free port of this machine, but " + config.host() + ":" + config.port()
                            + " can't be listened on: " + e.getMessage() + ". Maybe take another port, or 0 for any.",
                    e);
        }
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        server.createContext("/", exchange -> answer(exchange, registry, writer));
        server.start();
    }

    private static void answer(HttpExchange exchange, PrometheusRegistry registry, PrometheusTextFormatWriter writer)
            throws IOException {
        try (exchange) {
            boolean known = exchange.getRequestURI().getPath().equals("/metrics");
            boolean reads = exchange.getRequestMethod().equals("GET");
            if (!known || !reads) {
                exchange.sendResponseHeaders(known ? 405 : 404, -1);
                return;
            }
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            writer.write(text, registry.scrape());
            exchange.getResponseHeaders().set("Content-Type", writer.getContentType());
            exchange.sendResponseHeaders(200, text.size());
            try (OutputStream body = exchange.getResponseBody()) {
                text.writeTo(body);
            }
        }
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
