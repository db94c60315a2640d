@NullMarked
package io.convoy.engine.network;

import org.jspecify.annotations.NullMarked;
