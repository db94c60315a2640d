/** Kafka without Spark: the settings of its clients, a broker for tests and demonstrations, and the light worker. */
@NullMarked
package io.convoy.spark.kafka;

import org.jspecify.annotations.NullMarked;
