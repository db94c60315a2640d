package io.convoy.engine.data;

import io.convoy.engine.rng.Seed;

/** The order in which an epoch visits the samples of a data set: each exactly once. */
public final class EpochOrder {
    private final int[] samples;

    private EpochOrder(int size) {
        samples = new int[size];
        for (int i = 0; i < size; i++) {
            samples[i] = i;
        }
    }

    /** A random order, each equally likely; a pure function of (seed, epoch, size). Epochs are counted from 0. */
    public static EpochOrder shuffled(Seed seed, long epoch, int size) {
        EpochOrder order = inOrder(size);
        seed.child("order").child(epoch).stream().shuffle(order.samples);
        return order;
    }

    /** Sample i at position i, for evaluation. */
    public static EpochOrder inOrder(int size) {
        return new EpochOrder(size);
    }

    /** The number of samples. */
    public int size() {
        return samples.length;
    }

    /** The sample at {@code position}, 0 … size − 1. */
    public int sampleAt(int position) {
        return samples[position];
    }
}
