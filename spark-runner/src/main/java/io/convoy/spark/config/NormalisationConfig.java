package io.convoy.spark.config;

import java.util.List;

/**
 * Inputs become (x − mean) / deviation, channel by channel, with x from 0 to 1.
 *
 * @param mean one number a channel
 * @param deviation one number a channel, above 0
 */
public record NormalisationConfig(List<Double> mean, List<Double> deviation) {
    /** Checks that every channel has both numbers. */
    public NormalisationConfig {
        Expect.filled("mean", mean);
        for (double value : mean) {
            Expect.between("mean", value, -1e6, 1e6);
        }
        Expect.that(
                mean.size() == deviation.size(),
                "deviation",
                "expects one number for each of the " + mean.size() + " in mean, but it got " + deviation.size() + ".");
        for (double value : deviation) {
            Expect.above("deviation", value, 0.0);
        }
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
    }
}
