package io.convoy.ps.transport;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.ps.security.Role;
import io.convoy.ps.wire.Address;
import io.convoy.ps.wire.Frame;
import io.convoy.ps.wire.FrameCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network inside one process, for tests: every frame goes through its bytes, and those between slots meet seeded faults.
 * What the coordinator sends is never lost, as on a TCP connection that lives. Frames are delivered by one daemon thread
 * called {@code convoy-in-process}. Which fault a frame meets depends on the seed, its connection and its number there;
 * which thread is first is up to the scheduler, and no result may depend on it.
 */
public final class InProcessNetwork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessNetwork.class);

    private final Seed seed;
    private final Faults faults;
    private final ScheduledThreadPoolExecutor clock;
    private final Map<Address, Port> ports = new HashMap<>();
    private int nextPort = 1;
    private long connections;

    public InProcessNetwork(Seed seed, Faults faults) {
        this.seed = seed;
        this.faults = faults;
        this.clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "convoy-in-process");
            thread.setDaemon(true);
            return thread;
        });
        // What is still on its way when the network closes is lost.
        clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** A member's access to this network. */
    public Transport transport() {
        return new InProcessTransport(new FloatBuffers());
    }

    @Override
    public void close() {
        clock.shutdownNow();
        try {
            clock.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(Runnable task, long delayNanos) {
        if (!clock.isShutdown()) {
            ScheduledFuture<?> unused = clock.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    private record Port(Role role, FrameCodec codec, Receiver receiver) {}

    private final class InProcessTransport implements Transport {
        private final FloatBuffers buffers;
        private final FrameCodec codec;
        private final Map<End, Boolean> ends = new HashMap<>();

        private InProcessTransport(FloatBuffers buffers) {
            this.buffers = buffers;
            this.codec = new FrameCodec(buffers);
        }

        @Override
        public FloatBuffers buffers() {
            return buffers;
        }

        @Override
        public Listening listen(Role role, String host, PortRange range, Receiver receiver) {
            synchronized (ports) {
                if (range.equals(PortRange.ANY)) {
                    while (ports.containsKey(new Address(host, nextPort))) {
                        nextPort++;
                    }
                    return open(new Address(host, nextPort++), role, receiver);
                }
                for (int port = range.first(); port <= range.last(); port++) {
                    Address address = new Address(host, port);
                    if (!ports.containsKey(address)) {
                        return open(address, role, receiver);
                    }
                }
                throw new TakenPortException(range.taken(host));
            }
        }

        private Listening open(Address address, Role role, Receiver receiver) {
            ports.put(address, new Port(role, codec, new Tracking(this, receiver)));
            return new Listening() {
                @Override
                public Address address() {
                    return address;
                }

                @Override
                public void close() {
                    synchronized (ports) {
                        ports.remove(address);
                    }
                }
            };
        }

        @Override
        public Connection connect(Role role, Address address, Receiver receiver, Duration deadline) {
            Port port;
            Seed stream;
            synchronized (ports) {
                port = ports.get(address);
                stream = seed.child(connections++);
            }
            if (port == null || port.role() != role) {
                throw new ExchangeException(
                        "A connection expects somebody to listen on " + address + ", but nobody does.");
            }
            boolean faulty = role == Role.SHARDS;
            End here = new End(codec, new Tracking(this, receiver), stream.child("there"), faulty, address.toString());
            End there = new End(port.codec(), port.receiver(), stream.child("back"), faulty, "in-process");
            here.other = there;
            there.other = here;
            track(here);
            return here;
        }

        private void track(End end) {
            synchronized (ends) {
                ends.put(end, true);
            }
        }

        @Override
        public void close() {
            End[] open;
            synchronized (ends) {
                open = ends.keySet().toArray(End[]::new);
            }
            for (End end : open) {
                end.close();
            }
        }
    }

    /** Notes the connections that reach a transport, so that its close reaches them. */
    private record Tracking(InProcessTransport transport, Receiver receiver) implements Receiver {
        @Override
        public void received(Connection connection, Frame frame) {
            transport.track((End) connection);
            receiver.received(connection, frame);
        }

        @Override
        public void closed(Connection connection, String why) {
            synchronized (transport.ends) {
                transport.ends.remove((End) connection);
            }
            receiver.closed(connection, why);
        }
    }

    /** One side of a connection: what is sent here is received by the receiver of the other side. */
    private final class End implements Connection {
        private final FrameCodec codec;
        private final Receiver receiver;
        private final RandomStream random;
        private final boolean faulty;
        private final String remote;
        private @Nullable End other;
        private boolean closed;

        private End(FrameCodec codec, Receiver receiver, Seed seed, boolean faulty, String remote) {
            this.codec = codec;
            this.receiver = receiver;
            this.random = seed.stream();
            this.faulty = faulty;
            this.remote = remote;
        }

        private End other() {
            End end = other;
            if (end == null) {
                throw new IllegalStateException("A connection expects two ends, but it has one.");
            }
            return end;
        }

        @Override
        public synchronized void send(Frame frame) {
            if (closed) {
                return;
            }
            byte[] bytes = bytes(frame);
            if (!faulty) {
                deliver(() -> other().receive(bytes), 0);
                return;
            }
            boolean lost = random.nextDouble() < faults.loss();
            boolean twice = random.nextDouble() < faults.duplication();
            boolean cut = random.nextDouble() < faults.cut();
            if (!lost) {
                deliver(() -> other().receive(bytes), delay());
            }
            if (twice) {
                deliver(() -> other().receive(bytes), delay());
            }
            if (cut) {
                close();
            }
        }

        private long delay() {
            return (long) (random.nextDouble() * faults.delay().toNanos());
        }

        private byte[] bytes(Frame frame) {
            ByteBuf encoded = codec.encode(frame, UnpooledByteBufAllocator.DEFAULT);
            try {
                byte[] bytes = new byte[encoded.readableBytes()];
                encoded.readBytes(bytes);
                return bytes;
            } finally {
                encoded.release();
            }
        }

        private void receive(byte[] bytes) {
            synchronized (this) {
                if (closed) {
                    return;
                }
            }
            try (FrameCodec.Reader reader = codec.reader()) {
                reader.read(
                        Unpooled.wrappedBuffer(bytes),
                        UnpooledByteBufAllocator.DEFAULT,
                        frame -> receiver.received(this, frame));
            } catch (RuntimeException e) {
                LOG.warn("The connection with {} is closed: {}", remote, e.toString());
                close();
            }
        }

        @Override
        public boolean mayLose() {
            return faulty && faults.loss() > 0;
        }

        @Override
        public String remote() {
            return remote;
        }

        @Override
        public void close() {
            // Behind what was sent without delay: the clock keeps the order of equal times.
            deliver(() -> end("it was closed"), 0);
            deliver(() -> other().end("the other side closed it"), 0);
        }

        private void end(String why) {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            receiver.closed(this, why);
        }
    }
}
