/** What a network costs and what it sees: parameters, multiply-accumulates, memory, receptive fields, and a picture of its graph. */
@NullMarked
package io.convoy.engine.analysis;

import org.jspecify.annotations.NullMarked;
