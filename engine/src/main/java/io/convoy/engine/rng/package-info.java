/** Named, splittable randomness: the only source of random numbers in Convoy. */
@NullMarked
package io.convoy.engine.rng;

import org.jspecify.annotations.NullMarked;
