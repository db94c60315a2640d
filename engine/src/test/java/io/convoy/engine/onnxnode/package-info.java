/**
 * Runs the node tests of ONNX's backend suite: each operator with its attributes becomes a small network of our layers, or a
 * loss, or an optimiser rule, and is compared with the values that the suite expects.
 */
@NullMarked
package io.convoy.engine.onnxnode;

import org.jspecify.annotations.NullMarked;
