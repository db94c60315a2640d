package io.convoy.engine.rng;

import java.nio.charset.StandardCharsets;

/**
 * A name in the tree of all random choices of a run: children are derived by name or by number, streams are drawn at the
 * leaves. Two seeds with the same path from the same root give the same numbers on every machine and for any number of
 * threads, because nothing is ever shared or advanced.
 *
 * <p>{@code seed.child("augment").child(epoch).child(sampleId).stream()}
 *
 * <p>Mixing is the 64-bit finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014).
 *
 * @param value the state of this name, any 64-bit number
 */
public record Seed(long value) {
    private static final long NAME = 0xD1342543DE82EF95L;
    private static final long INDEX = 0xAF251AF3B0F025B5L;

    /** The child called {@code name}; different from every numbered child. */
    public Seed child(String name) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
        }
        return new Seed(mix(mix(value ^ NAME) + hash));
    }

    /** The child numbered {@code index}, any 64-bit number; different from every named child. */
    public Seed child(long index) {
        return new Seed(mix(mix(value ^ INDEX) + index * 0x9E3779B97F4A7C15L));
    }

    /** A fresh stream of numbers that starts at this seed. */
    public RandomStream stream() {
        return new RandomStream(mix(value));
    }

    static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
