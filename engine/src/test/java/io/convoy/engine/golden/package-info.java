/**
 * Compares the engine with float64 results and gradients that libtorch computed. A case carries the script that produced it,
 * and the network is built from that script, so other cases than the known ones need no code here.
 */
@NullMarked
package io.convoy.engine.golden;

import org.jspecify.annotations.NullMarked;
