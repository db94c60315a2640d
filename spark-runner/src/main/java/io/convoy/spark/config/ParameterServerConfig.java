package io.convoy.spark.config;

/**
 * How the weights are spread over the slots, and how long anybody is waited for.
 *
 * @param shards the number of virtual shards, at least 1; default 2
 * @param port the first port that a slot tries; each tries as many as there are slots, since they may share a host; 0, the
 *     default, takes any free one
 * @param deadlineSeconds the longest wait for one answer of a slot to another, at least 1; default 30
 * @param joinSeconds the longest wait until every slot runs and has joined, at least 1; default 120
 * @param commandSeconds the longest time that a slot may train, evaluate or save without progress, at least 1; default 120
 * @param allowMixedCpus whether slots may have different CPUs, oneDNN or Java versions, which may give other bits; default
 *     false
 */
public record ParameterServerConfig(
        @Default("2") int shards,
        @Default("0") int port,
        @Default("30") int deadlineSeconds,
        @Default("120") int joinSeconds,
        @Default("120") int commandSeconds,
        @Default("false") boolean allowMixedCpus) {
    /** Checks the ranges. */
    public ParameterServerConfig {
        Expect.between("shards", shards, 1, 4096);
        Expect.between("port", port, 0, 65535);
        Expect.between("deadlineSeconds", deadlineSeconds, 1, 3600);
        Expect.between("joinSeconds", joinSeconds, 1, 86_400);
        Expect.between("commandSeconds", commandSeconds, 1, 86_400);
    }
}
