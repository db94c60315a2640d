@NullMarked
package io.convoy.engine.layer;

import org.jspecify.annotations.NullMarked;
