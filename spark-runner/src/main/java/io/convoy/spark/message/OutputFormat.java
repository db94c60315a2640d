package io.convoy.spark.message;

/** What the value of a prediction is. */
public enum OutputFormat {
    /** An object in UTF-8, see {@link PredictionWriter}. */
    JSON,
    /** The scores of all heads as they are, one head behind the other: little-endian float32 without a header. */
    SCORES
}
