package io.convoy.ps.server;

import io.convoy.engine.exchange.LeafRange;
import io.convoy.ps.security.Role;
import io.convoy.ps.shard.Asker;
import io.convoy.ps.shard.RefusedException;
import io.convoy.ps.shard.Shards;
import io.convoy.ps.transport.Connection;
import io.convoy.ps.transport.Listening;
import io.convoy.ps.transport.PortRange;
import io.convoy.ps.transport.Receiver;
import io.convoy.ps.transport.Transport;
import io.convoy.ps.wire.Address;
import io.convoy.ps.wire.Floats;
import io.convoy.ps.wire.Frame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The listening side of a slot. It listens before the slot joins, because the others must be told where, and serves once
 * the roster says who they are; what comes earlier waits until then, since a sum that was sent over a living connection is
 * not sent again. How much this can be, the senders limit.
 *
 * <p>Sums and rules run on the transport's thread: they take less time than reading the frame took, and a queue would only
 * delay the version that everybody waits for.
 */
public final class ShardServer implements AutoCloseable {
    private final Listening listening;
    private final Serving serving;

    private ShardServer(Listening listening, Serving serving) {
        this.listening = listening;
        this.serving = serving;
    }

    /**
     * Listens.
     *
     * @throws io.convoy.engine.exchange.ExchangeException if no port is free
     */
    public static ShardServer listen(Transport transport, String host, PortRange ports) {
        Serving serving = new Serving();
        return new ShardServer(transport.listen(Role.SHARDS, host, ports, serving), serving);
    }

    /** Where the others reach it. */
    public Address address() {
        return listening.address();
    }

    /** Answers for {@code shards} from now on. */
    public void serve(Shards shards) {
        serving.begin(shards);
    }

    @Override
    public void close() {
        serving.end();
        listening.close();
    }

    private static final class Serving implements Receiver {
        private record Early(Connection connection, Frame frame) {}

        private final List<Early> early = new ArrayList<>();
        private volatile @Nullable Shards shards;
        private boolean ended;

        private void begin(Shards owner) {
            List<Early> waited;
            synchronized (this) {
                shards = owner;
                waited = List.copyOf(early);
                early.clear();
            }
            waited.forEach(one -> answer(owner, one.connection(), one.frame()));
        }

        private synchronized void end() {
            shards = null;
            ended = true;
            early.clear();
        }

        /** Keeps a frame for later, unless there is somebody to answer by now. */
        private synchronized @Nullable Shards keep(Connection connection, Frame frame) {
            if (shards == null && !ended) {
                early.add(new Early(connection, frame));
            }
            return shards;
        }

        @Override
        public void received(Connection connection, Frame frame) {
            Shards owner = shards;
            if (owner == null) {
                owner = keep(connection, frame);
            }
            if (owner != null) {
                answer(owner, connection, frame);
            }
        }

        private static void answer(Shards owner, Connection connection, Frame frame) {
            if (!(frame instanceof Frame.Request request)) {
                // Somebody who knows the secret but not the protocol.
                connection.close();
                return;
            }
            try {
                if (request instanceof Frame.Push push) {
                    owner.push(
                            push.origin(),
                            push.plan(),
                            push.span(),
                            push.leaves(),
                            push.values().array());
                    connection.send(new Frame.Accepted(push.request()));
                } else if (request instanceof Frame.Sums sums) {
                    owner.sums(
                            sums.origin(),
                            sums.step(),
                            sums.span(),
                            sums.round(),
                            sums.sums().array());
                    connection.send(new Frame.Accepted(sums.request()));
                } else if (request instanceof Frame.Pull pull) {
                    owner.pull(
                            pull.origin(),
                            pull.request(),
                            pull.span(),
                            pull.version(),
                            new RemoteAsker(connection, pull.request(), pull.span()));
                }
            } catch (RefusedException e) {
                connection.send(new Frame.Refused(request.request(), String.valueOf(e.getMessage())));
            } catch (RuntimeException e) {
                // E.g. a user's optimiser that throws: the worker must learn it, or it would wait until its deadline.
                connection.send(new Frame.Refused(
                        request.request(),
                        "Slot " + owner.self().worker() + " expects to add and apply without trouble, but it got " + e
                                + "."));
            }
        }

        @Override
        public void closed(Connection connection, String why) {
            // A worker that lives connects again; one that is gone is the coordinator's business.
        }
    }

    private record RemoteAsker(Connection connection, long request, int span) implements Asker {
        @Override
        public void values(long version, float[] values) {
            connection.send(new Frame.Values(request, span, version, new Floats(values)));
        }

        @Override
        public void waiting(int leaves, List<LeafRange> missing, List<Integer> owners, List<Integer> absent) {
            connection.send(new Frame.Waiting(request, leaves, missing, owners, absent));
        }
    }
}
