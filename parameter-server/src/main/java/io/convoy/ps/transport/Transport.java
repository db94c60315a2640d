package io.convoy.ps.transport;

import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.ps.security.Role;
import io.convoy.ps.wire.Address;
import java.time.Duration;

/** Makes connections. One for each member of a run; for any thread. */
public interface Transport extends AutoCloseable {
    /** Where the arrays of received frames come from; whoever is done with one gives it back here. */
    FloatBuffers buffers();

    /**
     * Listens.
     *
     * @param host the name or address to bind to, which the others must be able to reach
     * @throws TakenPortException if no port of {@code ports} is free; the message names {@code parameterServer.port}
     * @throws io.convoy.engine.exchange.ExchangeException if {@code host} is not one of this machine's
     */
    Listening listen(Role role, String host, PortRange ports, Receiver receiver);

    /**
     * Connects and authenticates.
     *
     * @throws io.convoy.engine.exchange.ExchangeException if nobody listens, the secret is wrong, or {@code deadline} passes
     */
    Connection connect(Role role, Address address, Receiver receiver, Duration deadline);

    /** Closes every connection and ends every thread. Not to be called by a {@link Receiver}. */
    @Override
    void close();
}
