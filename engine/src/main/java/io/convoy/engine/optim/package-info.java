/** Optimiser rules: pure functions on runs of floats, state in, state out; who owns a run applies the rule to it. */
@NullMarked
package io.convoy.engine.optim;

import org.jspecify.annotations.NullMarked;
