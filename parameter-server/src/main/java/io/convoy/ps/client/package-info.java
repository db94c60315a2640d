/** The calling side of a slot: a {@link io.convoy.engine.exchange.GradientExchange} over all owners. */
@NullMarked
package io.convoy.ps.client;

import org.jspecify.annotations.NullMarked;
