package io.convoy.spark.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A header of a message.
 *
 * @param key its name; a message may have several of one name
 * @param value its bytes, never interpreted; null is another value than none. Not copied.
 */
@SuppressWarnings("ArrayRecordComponent")
public record MessageHeader(String key, byte @Nullable [] value) {
    /** A header whose value is a text, in UTF-8. */
    public static MessageHeader of(String key, String text) {
        return new MessageHeader(key, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MessageHeader header && key.equals(header.key) && Arrays.equals(value, header.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, Arrays.hashCode(value));
    }

    @Override
    public String toString() {
        return key + "=" + (value == null ? "null" : new String(value, StandardCharsets.UTF_8));
    }
}
