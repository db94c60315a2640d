package io.convoy.spark.streaming;

import java.util.List;

/** Where the predictions and dead letters of one input partition go. One thread at a time. */
sealed interface PredictionSink extends AutoCloseable permits TransactionalSink, PlainSink {
    /** The offset before which nothing has to be written any more. */
    long next();

    /**
     * Writes what is not covered yet.
     *
     * @param records in order of their offsets
     * @param next the offset behind the last of them
     */
    void write(List<Outgoing> records, long next);

    /** Returns when everything that was written is safe. */
    void flush();

    @Override
    void close();
}
