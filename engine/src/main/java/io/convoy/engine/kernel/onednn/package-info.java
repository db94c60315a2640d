/** Kernels on oneDNN primitives, and the few objects of its C interface that they need. */
@NullMarked
package io.convoy.engine.kernel.onednn;

import org.jspecify.annotations.NullMarked;
