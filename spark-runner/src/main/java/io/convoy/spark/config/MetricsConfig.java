package io.convoy.spark.config;

/**
 * The endpoint of measurements, in Prometheus' format.
 *
 * @param port of HTTP, 0 to 65535; 0 takes any free one
 */
public record MetricsConfig(int port) {
    /** Checks the port. */
    public MetricsConfig {
        Expect.between("port", port, 0, 65_535);
    }
}
