package io.convoy.ps.transport;

import io.convoy.ps.wire.Address;

/** A port that takes connections until it is closed. */
public interface Listening extends AutoCloseable {
    /** Where it listens: the host that was asked for, and the port that was free. */
    Address address();

    /** Takes no more connections. Those that exist live on until the transport is closed. */
    @Override
    void close();
}
