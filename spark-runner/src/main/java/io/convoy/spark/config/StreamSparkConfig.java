package io.convoy.spark.config;

/**
 * Where the job runs.
 *
 * @param master Spark's master; {@code --master} and spark-submit come first; default {@code local[*]}
 */
public record StreamSparkConfig(@Default("local[*]") String master) {
    /** Checks that there is one. */
    public StreamSparkConfig {
        Expect.text("master", master);
    }
}
