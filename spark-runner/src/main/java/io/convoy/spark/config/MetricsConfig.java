package io.convoy.spark.config;

/**
 * The endpoint of measurements, in Prometheus' format. Whoever reaches it may read it.
 *
 * @param host the address to listen on; default 127.0.0.1, this machine alone; 0.0.0.0 is every address
 * @param port of HTTP, 0 to 65535; 0 takes any free one
 */
public record MetricsConfig(@Default("127.0.0.1") String host, int port) {
    /** Checks the host and the port. */
    public MetricsConfig {
        Expect.text("host", host);
        Expect.between("port", port, 0, 65_535);
    }
}
