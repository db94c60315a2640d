/** What kernels and the compiler say to each other: values, their memory, and the operations that fill it. */
@NullMarked
package io.convoy.engine.kernel;

import org.jspecify.annotations.NullMarked;
