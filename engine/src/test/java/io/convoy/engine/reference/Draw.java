package io.convoy.engine.reference;

import io.convoy.engine.layer.Pair;
import io.convoy.engine.rng.RandomStream;

/** Draws layers and shapes, with a liking for corners: one sample, one pixel, one channel, odd sizes. */
public record Draw(RandomStream random) {
    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** From {@code low} to {@code high}, both included. */
    int from(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    double real(double low, double high) {
        // Few digits, so that a failing layer can be read.
        return Math.rint(random.nextDouble(low, high) * 1000) / 1000;
    }

    int oneOf(int... values) {
        return values[random.nextInt(values.length)];
    }

    @SafeVarargs
    final <T> T among(T... values) {
        return values[random.nextInt(values.length)];
    }

    /** Samples of a batch. */
    int batch() {
        return oneOf(1, 1, 2, 3);
    }

    /** A number of channels: one, less than a vector, a vector, and more. */
    int channels() {
        return oneOf(1, 1, 2, 3, 5, 8, 16, 17);
    }

    /** Height or width. */
    int length() {
        return oneOf(1, 1, 2, 3, 4, 5, 7, 8);
    }

    /** Height and width: one pixel now and then, alike now and then. */
    Pair plane() {
        return chance(0.15) ? Pair.of(1) : chance(0.3) ? Pair.of(length()) : new Pair(length(), length());
    }

    /** Two numbers from {@code low} to {@code high}, alike now and then. */
    Pair pair(int low, int high) {
        return chance(0.5) ? Pair.of(from(low, high)) : new Pair(from(low, high), from(low, high));
    }
}
