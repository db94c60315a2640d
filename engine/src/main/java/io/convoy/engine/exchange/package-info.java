/** The port between training and whoever sums gradients and applies rules; the canonical order of every sum. */
@NullMarked
package io.convoy.engine.exchange;

import org.jspecify.annotations.NullMarked;
