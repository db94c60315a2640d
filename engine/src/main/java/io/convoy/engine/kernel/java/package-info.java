/** Kernels in Java, for what oneDNN lacks or has in a slow reference version only. */
@NullMarked
package io.convoy.engine.kernel.java;

import org.jspecify.annotations.NullMarked;
