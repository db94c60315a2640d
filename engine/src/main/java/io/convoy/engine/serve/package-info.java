/** The compiled inference model that every way of scoring shares. */
@NullMarked
package io.convoy.engine.serve;

import org.jspecify.annotations.NullMarked;
