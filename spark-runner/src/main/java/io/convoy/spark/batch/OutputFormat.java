package io.convoy.spark.batch;

import io.convoy.spark.InvalidInputException;
import java.util.Locale;

/** How predictions are written. */
enum OutputFormat {
    /** A table of text with a header (RFC 4180). */
    CSV,
    /** A JSON object a line. */
    JSONL,
    /** A table in columns. */
    PARQUET;

    /**
     * The format that the end of {@code path} says.
     *
     * @throws InvalidInputException if it says none
     */
    static OutputFormat of(String path) {
        for (OutputFormat format : values()) {
            if (path.endsWith("." + format.name().toLowerCase(Locale.ROOT))) {
                return format;
            }
        }
        throw new InvalidInputException(
                "--output expects a name that ends in .parquet, .csv or .jsonl, but it is " + path + ".");
    }
}
