@NullMarked
package io.convoy.engine.block;

import org.jspecify.annotations.NullMarked;
