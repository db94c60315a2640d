/** The command line: {@code convoy train}, {@code verify}, {@code doctor}. */
@NullMarked
package io.convoy.spark.cli;

import org.jspecify.annotations.NullMarked;
