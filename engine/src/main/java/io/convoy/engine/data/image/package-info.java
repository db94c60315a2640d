/**
 * Decoding of JPEG and PNG with the JDK's readers, made strict and uniform by what is handed to them, and fitting of the pixels
 * to a network's input.
 */
@NullMarked
package io.convoy.engine.data.image;

import org.jspecify.annotations.NullMarked;
