package io.convoy.engine;

import io.convoy.engine.rng.Seed;

/** Where property tests get their randomness: another seed each run, printed, and set with {@code -Dconvoy.test.seed=N}. */
public final class Property {
    private Property() {}

    /** The seed of one property test. */
    public static Seed seed(Class<?> test) {
        long value = Long.getLong("convoy.test.seed", System.nanoTime());
        System.out.println(test.getSimpleName() + ": -Dconvoy.test.seed=" + value);
        return new Seed(value).child(test.getSimpleName());
    }
}
