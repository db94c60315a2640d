/** Blocks: records that add several nodes to a network at once, with the names that their papers or torchvision give them. */
@NullMarked
package io.convoy.engine.block;

import org.jspecify.annotations.NullMarked;
