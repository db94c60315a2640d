package io.convoy.engine.checkpoint;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The one checksum of checkpoints. */
final class Sha256 {
    private Sha256() {}

    static MessageDigest create() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform is required to support SHA-256.", e);
        }
    }
}
