package io.convoy.ps.transport;

import java.time.Duration;

/**
 * How a {@link NettyTransport} treats its connections.
 *
 * @param threads event loops, at least 1; default 2
 * @param handshakeDeadline how long the mutual challenge may take; default 5 s
 * @param mostStrangers connections to one listener that may be unauthenticated at the same time; default 64
 */
public record NettySettings(int threads, Duration handshakeDeadline, int mostStrangers) {
    public NettySettings {
        if (threads < 1 || mostStrangers < 1 || handshakeDeadline.isNegative() || handshakeDeadline.isZero()) {
            throw new IllegalArgumentException(
                    "NettySettings expects at least 1 thread, 1 stranger and a deadline, but" + " it got " + threads
                            + " threads, " + mostStrangers + " strangers and " + handshakeDeadline + ".");
        }
    }

    public static NettySettings defaults() {
        return new NettySettings(2, Duration.ofSeconds(5), 64);
    }
}
