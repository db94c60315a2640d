/** Networks: immutable graphs of named nodes, and what follows from them. */
@NullMarked
package io.convoy.engine.network;

import org.jspecify.annotations.NullMarked;
