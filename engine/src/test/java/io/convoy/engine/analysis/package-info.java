@NullMarked
package io.convoy.engine.analysis;

import org.jspecify.annotations.NullMarked;
