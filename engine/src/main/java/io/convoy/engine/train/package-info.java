/** Training on one machine's cores: replicas, their pool, the local trainer, evaluation. */
@NullMarked
package io.convoy.engine.train;

import org.jspecify.annotations.NullMarked;
