/** Scores whole folders, archives and tables of images with a trained model, and writes what it tells of each. */
@NullMarked
package io.convoy.spark.batch;

import org.jspecify.annotations.NullMarked;
