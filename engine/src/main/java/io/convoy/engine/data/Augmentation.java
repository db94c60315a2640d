package io.convoy.engine.data;

import io.convoy.engine.tensor.Shape;

/**
 * A random change of a sample that leaves its label as it is, e.g. {@link HorizontalFlip}. Open to users' own.
 *
 * <p>An implementation is immutable, is called by many threads, and takes all its randomness from the turn it is given:
 * then an epoch has the same bits for any number of workers.
 */
public interface Augmentation {
    /**
     * Changes one sample in place.
     *
     * @param values C·H·W values, row-major, on the scale of 0 … 1, before {@link Preprocessing} normalises them
     * @param shape [C, H, W]
     * @param turn whose turn it is
     */
    void apply(float[] values, Shape shape, Turn turn);
}
