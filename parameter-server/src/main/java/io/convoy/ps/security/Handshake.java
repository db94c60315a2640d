package io.convoy.ps.security;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * The messages of the mutual challenge, each of a fixed size.
 *
 * <pre>
 * connecting → listening   "CVY1", 32 bytes of nonce
 * listening → connecting   32 bytes of nonce
 * connecting → listening   32 bytes of proof
 * listening → connecting   1 byte: 1 taken, 0 refused; 32 bytes of proof, zero if refused
 * </pre>
 *
 * <p>The connecting side proves first, so a listener gives nothing that depends on the secret to somebody who does not know
 * it. The fourth message authenticates the listener; what follows is not encrypted without TLS.
 */
final class Handshake {
    static final byte[] MAGIC = "CVY1".getBytes(StandardCharsets.US_ASCII);
    static final int HELLO = MAGIC.length + RunKey.BYTES;
    static final int VERDICT = 1 + RunKey.BYTES;
    static final byte TAKEN = 1;
    static final byte REFUSED = 0;

    private static final SecureRandom RANDOM = new SecureRandom();

    private Handshake() {}

    static byte[] nonce() {
        byte[] nonce = new byte[RunKey.BYTES];
        RANDOM.nextBytes(nonce);
        return nonce;
    }

    static byte[] take(ByteBuf in, int bytes) {
        byte[] taken = new byte[bytes];
        in.readBytes(taken);
        return taken;
    }

    static ByteBuf hello(byte[] nonce) {
        return Unpooled.wrappedBuffer(MAGIC, nonce);
    }

    static ByteBuf verdict(byte verdict, byte[] proof) {
        return Unpooled.wrappedBuffer(new byte[] {verdict}, proof);
    }
}
