package io.convoy.engine.data;

import io.convoy.engine.tensor.Shape;

/**
 * Labelled images of one shape, immutable, and readable by number at any time from any thread.
 *
 * <p>A sample's number is its identity: the order of an epoch and the augmentation of a sample are functions of it.
 */
public interface Dataset {
    /** What people call it, e.g. {@code strokes-train}; messages start with it. */
    String name();

    /** The number of samples, at least 1. */
    int size();

    /** The shape of one sample: [C, H, W]. */
    Shape sampleShape();

    /** The number of classes; labels are 0 … classes − 1. */
    int classes();

    /** The class of sample {@code index}, 0 … {@link #size()} − 1. */
    int label(int index);

    /** Overwrites the first C·H·W bytes of {@code pixels} with sample {@code index}: unsigned, row-major, channel first. */
    void read(int index, byte[] pixels);
}
