package io.convoy.ps.security;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What the members of a run know and nobody else. It travels in the task closure only; never print it, log it, or put it
 * into a property.
 */
public final class SharedSecret {
    /** The fewest bytes of a secret: 128 bits. */
    public static final int MIN_BYTES = 16;

    private static final int DRAWN_BYTES = 32;

    private final byte[] bytes;

    private SharedSecret(byte[] bytes) {
        if (bytes.length < MIN_BYTES) {
            throw new IllegalArgumentException("SharedSecret expects at least " + MIN_BYTES + " bytes, but it got "
                    + bytes.length + ". Maybe let Convoy draw one.");
        }
        this.bytes = bytes;
    }

    /** A new secret of 256 bits. */
    public static SharedSecret draw() {
        byte[] drawn = new byte[DRAWN_BYTES];
        new SecureRandom().nextBytes(drawn);
        return new SharedSecret(drawn);
    }

    /** The secret that {@link #text} wrote. */
    public static SharedSecret parse(String text) {
        try {
            return new SharedSecret(HexFormat.of().parseHex(text));
        } catch (IllegalArgumentException e) {
            // The cause is left out: its message may quote the text.
            throw new IllegalArgumentException("SharedSecret expects an even number of hexadecimal digits, at least "
                    + 2 * MIN_BYTES + ", but it got " + text.length() + " characters that are something else.");
        }
    }

    /** Hexadecimal digits, for a closure or an environment variable. */
    public String text() {
        return HexFormat.of().formatHex(bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SharedSecret secret && Arrays.equals(bytes, secret.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "SharedSecret";
    }
}
