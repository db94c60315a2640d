package io.convoy.ps.security;

import io.convoy.ps.wire.RunId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of one run, derived from the secret and the run's name by HKDF (RFC 5869) with HMAC-SHA256:
 *
 * <pre>
 * extracted = HMAC("convoy run key", secret),  key = HMAC(extracted, run ‖ 0x01)
 * proof = HMAC(key, side ‖ 0x00 ‖ role ‖ 0x00 ‖ the connecting side's nonce ‖ the listening side's nonce)
 * </pre>
 */
public final class RunKey {
    /** Bytes of a nonce and of a proof. */
    static final int BYTES = 32;

    /** Whose proof it is; in the proof, so that none can be sent back to its sender. */
    enum Side {
        CONNECTING,
        LISTENING
    }

    private static final String HMAC = "HmacSHA256";
    private static final byte[] SALT = "convoy run key".getBytes(StandardCharsets.US_ASCII);

    private final RunId run;
    private final byte[] key;

    private RunKey(RunId run, byte[] key) {
        this.run = run;
        this.key = key;
    }

    /** The key of {@code run} for everybody who knows {@code secret}. */
    public static RunKey derive(SharedSecret secret, RunId run) {
        Mac extract = mac(SALT);
        byte[] extracted = extract.doFinal(secret.bytes());
        Mac expand = mac(extracted);
        expand.update(run.text().getBytes(StandardCharsets.US_ASCII));
        expand.update((byte) 1);
        return new RunKey(run, expand.doFinal());
    }

    public RunId run() {
        return run;
    }

    byte[] proof(Side side, Role role, byte[] connectingNonce, byte[] listeningNonce) {
        Mac mac = mac(key);
        mac.update(side.name().getBytes(StandardCharsets.US_ASCII));
        mac.update((byte) 0);
        mac.update(role.name().getBytes(StandardCharsets.US_ASCII));
        mac.update((byte) 0);
        mac.update(connectingNonce);
        mac.update(listeningNonce);
        return mac.doFinal();
    }

    /** Compares in a time that does not tell where the first difference is. */
    boolean proves(byte[] proof, Side side, Role role, byte[] connectingNonce, byte[] listeningNonce) {
        return MessageDigest.isEqual(proof, proof(side, role, connectingNonce, listeningNonce));
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "Convoy expects a Java runtime with " + HMAC + ", but this one has none.", e);
        }
    }

    @Override
    public String toString() {
        return "RunKey[run=" + run + "]";
    }
}
