/** The compiler: a network, a batch size and a mode become a list of operations on one planned slab of memory. */
@NullMarked
package io.convoy.engine.program;

import org.jspecify.annotations.NullMarked;
