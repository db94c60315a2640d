/** Loss functions: value, normaliser and first gradient. */
@NullMarked
package io.convoy.engine.loss;

import org.jspecify.annotations.NullMarked;
