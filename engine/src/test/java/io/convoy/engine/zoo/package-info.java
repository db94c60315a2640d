@NullMarked
package io.convoy.engine.zoo;

import org.jspecify.annotations.NullMarked;
