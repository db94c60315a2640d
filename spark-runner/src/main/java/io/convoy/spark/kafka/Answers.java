package io.convoy.spark.kafka;

import java.time.Duration;

/** How answers get into Kafka, and with them how far the worker has come. For one thread. */
sealed interface Answers permits PlainAnswers, TransactionalAnswers {
    /**
     * Makes ready for answers, and takes care of what a forerunner has left.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka is not ready
     */
    void makeReady();

    /** Whether so few answers are on their way that more may be written. */
    boolean hasRoom();

    /** Whether no answer is on its way. */
    boolean isIdle();

    /** Writes what is told of a message of {@code batch}; a failure comes later. */
    void write(Batch batch, Batch.Outcome outcome);

    /** All of the batch's messages that are to be answered have been written. */
    void written(Batch batch);

    /** Takes note of answers that are safe by now. */
    void takeNote();

    /** Has all that is safe stored as progress, as far as that goes without stopping the work. */
    void commit();

    /** Has all that is written stored, and waits for that. */
    void commitAll();

    /** Whether something is written that can't be committed without progress in all its partitions. */
    boolean isOpen();

    /** Drops whatever is not committed; the answers to come are those of another producer. */
    void giveUp();

    void close(Duration patience);
}
