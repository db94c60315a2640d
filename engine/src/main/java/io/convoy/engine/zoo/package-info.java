/** The classic networks by their paper names. */
@NullMarked
package io.convoy.engine.zoo;

import org.jspecify.annotations.NullMarked;
