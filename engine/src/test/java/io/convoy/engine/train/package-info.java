@NullMarked
package io.convoy.engine.train;

import org.jspecify.annotations.NullMarked;
