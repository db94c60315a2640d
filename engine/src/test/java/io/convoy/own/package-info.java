/** Parts that somebody writes outside Convoy, as docs/extending.md shows them. */
@NullMarked
package io.convoy.own;

import org.jspecify.annotations.NullMarked;
