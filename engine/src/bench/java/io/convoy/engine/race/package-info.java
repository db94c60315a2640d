/** Convoy and its peers, each in a process of its own, in alternation through the same step. Built under the profile {@code bench} only. */
@NullMarked
package io.convoy.engine.race;

import org.jspecify.annotations.NullMarked;
