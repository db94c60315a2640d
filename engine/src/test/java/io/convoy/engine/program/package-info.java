@NullMarked
package io.convoy.engine.program;

import org.jspecify.annotations.NullMarked;
