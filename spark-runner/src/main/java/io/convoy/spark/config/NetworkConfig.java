package io.convoy.spark.config;

/**
 * The network to train; its input shape and number of classes follow from the data.
 *
 * @param name its name in the zoo, e.g. {@code lenet5}
 */
public record NetworkConfig(String name) {
    /** Checks that a network is named. */
    public NetworkConfig {
        Expect.text("name", name);
    }
}
