package io.convoy.spark.config;

import io.convoy.engine.form.Form;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The network to train, in one of three ways; its input shape and number of classes follow from the data.
 *
 * @param name its name in the zoo, e.g. {@code lenet5}
 * @param file a file in JSON or YAML that describes it, on any Hadoop path
 * @param description its nodes, and what else a {@link io.convoy.engine.form.NetworkForm} has, written where {@code name} would
 *     be
 */
public record NetworkConfig(
        @Nullable String name,
        @Nullable String file,
        @Nullable Form description) {
    /** Checks that there is one of the three. */
    public NetworkConfig {
        if (name != null) {
            Expect.text("name", name);
        }
        if (file != null) {
            Expect.text("file", file);
        }
        long given = Stream.of(name != null, file != null, description != null)
                .filter(there -> there)
                .count();
        if (given != 1) {
            throw new InvalidValueException(
                    "name",
                    "expects to be there, or else a file or nodes, one of the three, but it got "
                            + (given == 0 ? "none" : "several") + ".");
        }
    }

    /** One of the zoo. */
    public NetworkConfig(String name) {
        this(name, null, null);
    }
}
