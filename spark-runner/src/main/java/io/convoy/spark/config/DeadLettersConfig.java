package io.convoy.spark.config;

/**
 * Where messages go that can't be scored, each with its reason and its bytes.
 *
 * @param topic Kafka's topic
 * @param failFast whether the stream rather stops at the first of them; default false
 */
public record DeadLettersConfig(
        String topic, @Default("false") boolean failFast) {
    /** Checks the topic's name. */
    public DeadLettersConfig {
        Expect.topic("topic", topic);
    }
}
