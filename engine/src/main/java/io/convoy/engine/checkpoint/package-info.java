/** Checkpoints: weights as safetensors, one manifest with checksums and provenance, digests of weights. */
@NullMarked
package io.convoy.engine.checkpoint;

import org.jspecify.annotations.NullMarked;
