package io.convoy.ps.transport;

import io.convoy.ps.wire.Frame;

/** An authenticated connection. For any thread. */
public interface Connection {
    /**
     * Sends {@code frame} without waiting; arrays in it are the caller's again at return. On a closed connection it is lost,
     * which {@link Receiver#closed} has told or will tell.
     */
    void send(Frame frame);

    /** Whether a frame may be lost while the connection lives: not over TCP. */
    boolean mayLose();

    /** The other side's address, for messages. */
    String remote();

    /** Closes it after what was sent; harmless if it is closed. */
    void close();
}
