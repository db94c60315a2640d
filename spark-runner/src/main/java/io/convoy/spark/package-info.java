/** Convoy on Apache Spark: what every package of the runner shares, the failures that a user is told about. */
@NullMarked
package io.convoy.spark;

import org.jspecify.annotations.NullMarked;
