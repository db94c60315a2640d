/** How good predictions are: sums and counts that merge, never means of means. */
@NullMarked
package io.convoy.engine.metric;

import org.jspecify.annotations.NullMarked;
