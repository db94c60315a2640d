/** Whole networks beside libtorch: the same weights and inputs through both. Built under the profile {@code bench} only. */
@NullMarked
package io.convoy.engine.libtorch;

import org.jspecify.annotations.NullMarked;
