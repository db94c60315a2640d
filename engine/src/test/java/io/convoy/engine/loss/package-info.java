@NullMarked
package io.convoy.engine.loss;

import org.jspecify.annotations.NullMarked;
