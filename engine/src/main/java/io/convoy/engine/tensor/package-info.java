/** Shapes and off-heap float32 memory with an owner; the only room that exposes addresses and spans. */
@NullMarked
package io.convoy.engine.tensor;

import org.jspecify.annotations.NullMarked;
