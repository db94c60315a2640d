/**
 * The stream job: images out of Kafka, predictions back into it, by Spark's Structured Streaming.
 *
 * <p><b>Exactly once.</b> Spark repeats a micro-batch that it can't tell to be complete, so what counts is not its checkpoint but one
 * offset of each input partition, committed for a consumer group of the stream's own <i>in the same transaction of Kafka's</i> as the
 * predictions that it covers ({@link io.convoy.spark.streaming.TransactionalSink}). Each input partition has a transactional id of
 * its own. Whoever writes first takes the id over, by which Kafka ends what anybody else has begun under it; then asks for the
 * committed offset; then writes what is not covered. So a task that was killed between sending and committing has written nothing that a
 * consumer of committed messages sees; a task that is repeated writes nothing twice; and an executor that was given up but lives
 * on either is refused or commits first, and then its successor finds its offset.
 *
 * <p><b>One version of the model in a batch.</b> Before a batch begins, the driver copies the model's version under the checkpoint,
 * if it isn't there, and logs it with the batch's number ({@link io.convoy.spark.streaming.ModelLog}); a batch that is repeated has
 * the model it had, even if training has overwritten it in the meantime.
 */
@NullMarked
package io.convoy.spark.streaming;

import org.jspecify.annotations.NullMarked;
