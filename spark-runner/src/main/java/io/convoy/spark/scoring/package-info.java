/** Models that a whole process scores with, loaded once. */
@NullMarked
package io.convoy.spark.scoring;

import org.jspecify.annotations.NullMarked;
