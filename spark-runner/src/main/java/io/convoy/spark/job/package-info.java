/** The driver's side of Spark: a session set up for slots, and the one-task jobs that hold them. */
@NullMarked
package io.convoy.spark.job;

import org.jspecify.annotations.NullMarked;
