package io.convoy.spark.config;

/**
 * Where predictions go.
 *
 * @param topic Kafka's topic
 * @param format what a prediction's value is; default json
 * @param topK the likeliest classes that are told, at least 1; default 5
 */
public record StreamOutputConfig(
        String topic,
        @Default("json") Format format,
        @Default("5") int topK) {
    /** What a prediction's value is. */
    public enum Format {
        /** Label, likeliest classes, model and source. */
        JSON,
        /** The scores alone, little-endian float32. */
        SCORES
    }

    /** Checks the ranges. */
    public StreamOutputConfig {
        Expect.topic("topic", topic);
        Expect.between("topK", topK, 1, 1000);
    }
}
