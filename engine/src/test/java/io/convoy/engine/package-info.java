/** What the tests of every room of the engine share. */
@NullMarked
package io.convoy.engine;

import org.jspecify.annotations.NullMarked;
