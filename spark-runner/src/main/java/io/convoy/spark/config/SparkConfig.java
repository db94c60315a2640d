package io.convoy.spark.config;

/**
 * Where the run happens. None of it changes a bit of the result.
 *
 * @param master Spark's master, e.g. {@code local[*]} or {@code spark://host:7077}; {@code --master} and spark-submit come
 *     first; default {@code local[*]}
 * @param slots one-task jobs that train side by side, at least 1; default 2
 * @param coresPerSlot replicas, and so busy cores, in each slot, at least 1; default 1
 */
public record SparkConfig(
        @Default("local[*]") String master,
        @Default("2") int slots,
        @Default("1") int coresPerSlot) {
    /** Checks the ranges. */
    public SparkConfig {
        Expect.text("master", master);
        Expect.between("slots", slots, 1, 4096);
        Expect.between("coresPerSlot", coresPerSlot, 1, 4096);
    }
}
