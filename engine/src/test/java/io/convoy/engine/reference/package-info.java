/** What every layer and loss means, in its most naive form in float64, with gradients by automatic differentiation. */
@NullMarked
package io.convoy.engine.reference;

import org.jspecify.annotations.NullMarked;
