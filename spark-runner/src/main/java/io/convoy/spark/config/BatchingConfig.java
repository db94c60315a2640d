package io.convoy.spark.config;

/**
 * How many images are computed together, and how long anybody waits for more of them.
 *
 * <p>Batches follow the load between these bounds, in either program. The light worker scores what waits, up to {@code images} at
 * once: single messages when little comes, full batches when much does; and it stops reading while more waits than it can score soon
 * (the greater of four batches and 256 messages, or 64 MiB). Spark's job takes into a micro-batch what came while the one before was
 * at work, up to {@link StreamConfig#maxOffsetsPerTrigger}, and scores it {@code images} at once; what is above stays in Kafka.
 *
 * @param images that are scored together at most, at least 1; no bit depends on it; default 64, of which a model computes as many at a time as it is compiled for
 * @param windowMillis the longest that the light worker waits for more messages before it computes, at least 0; default 5
 * @param triggerMillis from the start of one of Spark's micro-batches to that of the next, at least 0; default 0, at once
 * @param commitMillis the longest that predictions wait for their transaction to be committed, at least 1; default 1000
 */
public record BatchingConfig(
        @Default("64") int images,
        @Default("5") int windowMillis,
        @Default("0") int triggerMillis,
        @Default("1000") int commitMillis) {
    /** Checks the ranges. */
    public BatchingConfig {
        Expect.between("images", images, 1, 4096);
        Expect.between("windowMillis", windowMillis, 0, 60_000);
        Expect.between("triggerMillis", triggerMillis, 0, 86_400_000);
        Expect.between("commitMillis", commitMillis, 1, 30_000);
    }
}
