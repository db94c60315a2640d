package io.convoy.ps.transport;

import io.convoy.ps.wire.Frame;

/** Who gets what connections bring. Called by threads of the transport, one at a time for each connection: must not wait. */
public interface Receiver {
    /** {@code frame} came over {@code connection}; its arrays belong to the receiver. */
    void received(Connection connection, Frame frame);

    /** {@code connection} is gone; called once for each connection. {@code why} is for a person, without a full stop. */
    void closed(Connection connection, String why);
}
