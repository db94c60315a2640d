@NullMarked
package io.convoy.engine.serve;

import org.jspecify.annotations.NullMarked;
