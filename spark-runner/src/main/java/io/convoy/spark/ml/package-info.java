/** Trained models as stages of Spark ML's pipelines. */
@NullMarked
package io.convoy.spark.ml;

import org.jspecify.annotations.NullMarked;
