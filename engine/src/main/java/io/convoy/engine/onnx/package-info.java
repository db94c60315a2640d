/** Exchange with ONNX: networks and their weights written as, and read from, inference graphs. */
@NullMarked
package io.convoy.engine.onnx;

import org.jspecify.annotations.NullMarked;
