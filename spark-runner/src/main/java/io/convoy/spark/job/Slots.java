package io.convoy.spark.job;

import io.convoy.spark.config.SparkConfig;
import java.io.Serializable;

/**
 * How many slots a run fills, and with how many cores each.
 *
 * @param count at least 1
 * @param coresEach at least 1
 */
public record Slots(int count, int coresEach) implements Serializable {
    /** Checks that there is a slot with a core. */
    public Slots {
        if (count < 1 || coresEach < 1) {
            throw new IllegalArgumentException(
                    "Slots expects at least one slot of one core, but it got " + count + " of " + coresEach + ".");
        }
    }

    /** The slots that the configuration asks for. */
    public static Slots of(SparkConfig config) {
        return new Slots(config.slots(), config.coresPerSlot());
    }

    long cores() {
        return (long) count * coresEach;
    }
}
