/** What a run tells about itself: progress and digests. */
@NullMarked
package io.convoy.spark.report;

import org.jspecify.annotations.NullMarked;
