package io.convoy.spark.config;

import java.util.List;

/**
 * Where images come from.
 *
 * @param topics Kafka's topics, at least one
 * @param format what a message's value is; default image
 */
public record StreamInputConfig(
        List<String> topics, @Default("image") Format format) {
    /** What a message's value is. */
    public enum Format {
        /** The bytes of an image file: JPEG, PNG and what else training reads. */
        IMAGE,
        /** A header with the type and the shape, and the numbers behind it. */
        TENSOR,
        /** <code>{"id": …, "image": base64}</code>. */
        JSON
    }

    /** Checks that there is a topic, and each once. */
    public StreamInputConfig {
        topics = List.copyOf(topics);
        Expect.filled("topics", topics);
        topics.forEach(topic -> Expect.topic("topics", topic));
        Expect.that(
                topics.stream().distinct().count() == topics.size(),
                "topics",
                "expects each topic once, but it got " + topics + ".");
    }
}
