package io.convoy.ps.client;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.ps.security.Role;
import io.convoy.ps.transport.Connection;
import io.convoy.ps.transport.Receiver;
import io.convoy.ps.transport.Transport;
import io.convoy.ps.wire.Frame;
import io.convoy.ps.wire.Member;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The way to one owner, connected again when it breaks. */
final class Link implements Receiver {
    private final Transport transport;
    private final Member owner;
    private final Consumer<Frame> answers;
    private volatile @Nullable Connection connection;
    private @Nullable Connection lastClosed;
    private volatile @Nullable String trouble;

    Link(Transport transport, Member owner, Consumer<Frame> answers) {
        this.transport = transport;
        this.owner = owner;
        this.answers = answers;
    }

    Member owner() {
        return owner;
    }

    /** Why there is no connection now, if there is none. */
    @Nullable
    String trouble() {
        return connection == null ? trouble : null;
    }

    /** Connects if it is not connected. Called by one thread at a time. */
    void connect(Duration deadline) {
        if (connection == null) {
            try {
                opened(transport.connect(Role.SHARDS, owner.address(), this, deadline));
            } catch (ExchangeException e) {
                trouble = e.getMessage();
                throw e;
            }
        }
    }

    private synchronized void opened(Connection fresh) {
        // It may have been closed before it was returned.
        if (fresh != lastClosed) {
            connection = fresh;
        }
    }

    /** Sends if it is connected; what is lost is sent again later. */
    void send(Frame frame) {
        Connection open = connection;
        if (open != null) {
            open.send(frame);
        }
    }

    /** Whether what was sent may be lost although the connection lives. */
    boolean mayLose() {
        Connection open = connection;
        return open != null && open.mayLose();
    }

    @Override
    public void received(Connection from, Frame frame) {
        answers.accept(frame);
    }

    @Override
    public synchronized void closed(Connection from, String why) {
        trouble = why;
        lastClosed = from;
        if (from == connection) {
            connection = null;
        }
    }

    void close() {
        Connection open = connection;
        if (open != null) {
            open.close();
        }
    }
}
