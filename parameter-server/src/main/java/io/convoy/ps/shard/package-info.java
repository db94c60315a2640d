/** Who owns which floats, and what an owner does with them: sums in canonical order, applies the rule, publishes versions. */
@NullMarked
package io.convoy.ps.shard;

import org.jspecify.annotations.NullMarked;
