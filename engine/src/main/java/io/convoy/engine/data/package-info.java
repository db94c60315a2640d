/** Where samples come from: formats, the data set that Convoy draws itself, order, preprocessing and augmentation. */
@NullMarked
package io.convoy.engine.data;

import org.jspecify.annotations.NullMarked;
