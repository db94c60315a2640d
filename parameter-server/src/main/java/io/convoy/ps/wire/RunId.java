package io.convoy.ps.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/**
 * The name of a run. Keys are derived from it and every frame of a gradient or of weights carries its number, so that two
 * runs that meet on one port never mix.
 *
 * @param text 1 to 64 letters, digits, dots, hyphens or underscores
 */
public record RunId(String text) {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public RunId {
        if (!ALLOWED.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "RunId expects 1 to 64 letters, digits, dots, hyphens or underscores, but it got \"" + text
                            + "\".");
        }
    }

    /** The first 64 bits of the name's SHA-256, little-endian in frames. */
    public long number() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Convoy expects a Java runtime with SHA-256, but this one has none.", e);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
