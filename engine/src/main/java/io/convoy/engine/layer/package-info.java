/** Layers as immutable records: a layer is its configuration. Shapes, parameters, initialisers and cost follow from it. */
@NullMarked
package io.convoy.engine.layer;

import org.jspecify.annotations.NullMarked;
