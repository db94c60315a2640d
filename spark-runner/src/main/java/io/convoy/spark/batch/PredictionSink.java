package io.convoy.spark.batch;

import java.io.IOException;
import java.io.OutputStream;

/** Writes predictions one after the other. */
interface PredictionSink extends AutoCloseable {
    /** Writes one. */
    void write(Prediction prediction) throws IOException;

    /** Writes what is left, and leaves the stream open. */
    @Override
    void close() throws IOException;

    /** A sink for {@code format} on {@code out}. */
    static PredictionSink of(OutputFormat format, PredictionLayout layout, OutputStream out) throws IOException {
        return switch (format) {
            case CSV -> new CsvSink(layout, out);
            case JSONL -> new JsonSink(layout, out);
            case PARQUET -> new ParquetSink(layout, out);
        };
    }
}
