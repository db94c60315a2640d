@NullMarked
package io.convoy.engine.kernel;

import org.jspecify.annotations.NullMarked;
