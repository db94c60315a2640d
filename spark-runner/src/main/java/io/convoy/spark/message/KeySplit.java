package io.convoy.spark.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Which of two models scores a message: a message's key alone decides, so that all messages of a key have the same model, on every
 * machine and after every restart. The first 53 bits of the key's SHA-256, as a fraction of 1, are compared with the share. A
 * message without a key is told by its {@link Coordinates#id()}.
 *
 * @param share of the keys that the second model scores, 0 … 1
 */
public record KeySplit(double share) {
    /** Checks the range. */
    public KeySplit {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("KeySplit expects a share of 0 … 1, but it got " + share + ".");
        }
    }

    /** Whether the second model scores it. */
    public boolean second(byte @Nullable [] key, Coordinates source) {
        byte[] name = key == null ? source.id().getBytes(StandardCharsets.UTF_8) : key;
        long bits;
        try {
            bits = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(name))
                            .getLong()
                    >>> 11;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
        return bits * 0x1p-53 < share;
    }
}
