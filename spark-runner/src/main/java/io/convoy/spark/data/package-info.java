/** Files and examples on any Hadoop path. */
@NullMarked
package io.convoy.spark.data;

import org.jspecify.annotations.NullMarked;
