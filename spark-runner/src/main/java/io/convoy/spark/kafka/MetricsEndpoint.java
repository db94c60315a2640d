package io.convoy.spark.kafka;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.convoy.spark.InvalidInputException;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;

/**
 * {@code GET /metrics} in Prometheus' text format, version 0.0.4. It tells numbers alone, and takes connections from everywhere, as
 * those who scrape are elsewhere.
 */
public final class MetricsEndpoint implements AutoCloseable {
    private final HttpServer server;

    /**
     * Listens.
     *
     * @param port 0 for any free one
     * @throws InvalidInputException if the port is taken
     */
    public MetricsEndpoint(int port, PrometheusRegistry registry) {
        try {
            server = HttpServer.create(new InetSocketAddress(port), 0);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "metrics.port expects a free port, but " + port + " can't be listened on: " + e.getMessage()
                            + ". Maybe take another, or 0 for any.",
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
