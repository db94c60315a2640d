package io.convoy.spark.streaming;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The models that score a micro-batch.
 *
 * @param first scores whatever the second does not
 * @param second scores the rest; none without an A/B test
 */
record BatchModels(Place first, @Nullable Place second) implements Serializable {
    /**
     * Where a model lies that nobody overwrites.
     *
     * @param path its folder
     * @param version its version
     */
    record Place(String path, String version) implements Serializable {}

    @Override
    public String toString() {
        return second == null ? first.version : first.version + " and " + second.version;
    }
}
