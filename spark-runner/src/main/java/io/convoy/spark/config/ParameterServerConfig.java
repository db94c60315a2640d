package io.convoy.spark.config;

/**
 * How the weights are spread over the slots, and how long anybody is waited for.
 *
 * @param shards the number of virtual shards, at least 1; default 2
 * @param port the first port tried by each slot; 0, the default, takes any free one
 * @param deadlineSeconds the longest wait for one answer, at least 1; default 30
 */
public record ParameterServerConfig(
        @Default("2") int shards,
        @Default("0") int port,
        @Default("30") int deadlineSeconds) {
    /** Checks the ranges. */
    public ParameterServerConfig {
        Expect.between("shards", shards, 1, 4096);
        Expect.between("port", port, 0, 65535);
        Expect.between("deadlineSeconds", deadlineSeconds, 1, 3600);
    }
}
