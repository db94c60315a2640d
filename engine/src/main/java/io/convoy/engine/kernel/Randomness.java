package io.convoy.engine.kernel;

import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import org.jspecify.annotations.Nullable;

/**
 * What the random layers of a program draw from. Each run of the program begins with a seed; each node has a stream of its
 * own under that seed, the same on the way forward and back, and whatever else the program computes.
 */
public final class Randomness {
    private @Nullable Seed seed;

    /** The next run draws from {@code run}, e.g. the seed of a step's leaf. */
    public void begin(Seed run) {
        this.seed = run;
    }

    /** The stream of the node called {@code name}. */
    public Draws of(String name) {
        return new Draws(name);
    }

    /** One node's stream. */
    public final class Draws {
        private final String name;
        private final long number;
        private final RandomStream stream = new Seed(0).stream();

        private Draws(String name) {
            this.name = name;
            this.number = new Seed(0).child(name).value();
        }

        /** The node's stream from its begin; the same object each time. */
        public RandomStream restart() {
            Seed run = seed;
            if (run == null) {
                throw new IllegalStateException(
                        "Node " + name + " expects a seed to draw from, but its program was run without one.");
            }
            stream.restart(run.child(number));
            return stream;
        }
    }
}
