/**
 * What clients send and what they get: pure functions between the bytes of messages and predictions. Nothing here knows Kafka or
 * Spark, so that every way of streaming reads, writes and refuses the same.
 */
@NullMarked
package io.convoy.spark.message;

import org.jspecify.annotations.NullMarked;
