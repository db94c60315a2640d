package io.convoy.engine.layer;

import io.convoy.engine.rng.RandomStream;
import java.util.Arrays;

/** How a parameter's first values are drawn. */
public sealed interface Initializer {
    /** Overwrites {@code values}. */
    void fill(float[] values, RandomStream random);

    /** Every value the same. */
    record Constant(double value) implements Initializer {
        @Override
        public void fill(float[] values, RandomStream random) {
            Arrays.fill(values, (float) value);
        }
    }

    /** Uniform over [−bound, bound). PyTorch's default for weight and bias of a layer with fan-in f is bound = 1/√f. */
    record Uniform(double bound) implements Initializer {
        public Uniform {
            Expect.finite("Uniform", "bound", bound);
        }

        @Override
        public void fill(float[] values, RandomStream random) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble(-bound, bound);
            }
        }

        static Uniform fanIn(long fanIn) {
            return new Uniform(1 / Math.sqrt((double) fanIn));
        }
    }

    /** Normal with mean 0; He et al. 2015 use standard deviation √(2 / fan) for layers followed by ReLU. */
    record Normal(double standardDeviation) implements Initializer {
        public Normal {
            Expect.finite("Normal", "standardDeviation", standardDeviation);
        }

        @Override
        public void fill(float[] values, RandomStream random) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (standardDeviation * random.nextGaussian());
            }
        }
    }
}
