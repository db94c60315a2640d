/** ONNX out and in, against ONNX Runtime, against the engine itself, and against damaged files. */
@NullMarked
package io.convoy.engine.onnx;

import org.jspecify.annotations.NullMarked;
