/**
 * Decoding of JPEG and PNG in plain Java, so that a file has the same pixels on every machine, and fitting of the pixels to a
 * network's input.
 */
@NullMarked
package io.convoy.engine.data.image;

import org.jspecify.annotations.NullMarked;
