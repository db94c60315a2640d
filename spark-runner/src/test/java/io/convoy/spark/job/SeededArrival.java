package io.convoy.spark.job;

import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.ps.security.Role;
import io.convoy.ps.security.RunKey;
import io.convoy.ps.transport.Connection;
import io.convoy.ps.transport.Listening;
import io.convoy.ps.transport.PortRange;
import io.convoy.ps.transport.Receiver;
import io.convoy.ps.transport.Transport;
import io.convoy.ps.wire.Address;
import io.convoy.ps.wire.Frame;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The slots' sockets, with gradients and weights held back after they came: every frame between slots draws its delay from
 * (seed, slot, connection), so that frames overtake each other.
 *
 * @param seed of the delays
 * @param longestMillis the longest delay
 */
record SeededArrival(long seed, int longestMillis) implements SlotTransport {
    private static final long serialVersionUID = 1L;

    @Override
    public Transport open(String name, RunKey key) {
        return new Held(NETTY.open(name, key), new Seed(seed).child(name), longestMillis);
    }

    private static final class Held implements Transport {
        private final Transport sockets;
        private final Seed seed;
        private final int longestMillis;
        private final ScheduledExecutorService clock;
        private long receivers;

        private Held(Transport sockets, Seed seed, int longestMillis) {
            this.sockets = sockets;
            this.seed = seed;
            this.longestMillis = longestMillis;
            ScheduledThreadPoolExecutor one = new ScheduledThreadPoolExecutor(1);
            // What comes while the transport closes is lost, as it is on a socket.
            one.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            this.clock = one;
        }

        @Override
        public FloatBuffers buffers() {
            return sockets.buffers();
        }

        @Override
        public Listening listen(Role role, String host, PortRange ports, Receiver receiver) {
            return sockets.listen(role, host, ports, held(role, receiver));
        }

        @Override
        public Connection connect(Role role, Address address, Receiver receiver, Duration deadline) {
            return sockets.connect(role, address, held(role, receiver), deadline);
        }

        private synchronized Receiver held(Role role, Receiver receiver) {
            return role == Role.SHARDS ? new HeldReceiver(receiver, seed.child(receivers++).stream()) : receiver;
        }

        @Override
        public void close() {
            sockets.close();
            clock.shutdown();
        }

        private final class HeldReceiver implements Receiver {
            private final Receiver receiver;
            private final RandomStream random;

            private HeldReceiver(Receiver receiver, RandomStream random) {
                this.receiver = receiver;
                this.random = random;
            }

            @Override
            public void received(Connection connection, Frame frame) {
                double share;
                synchronized (random) {
                    share = random.nextDouble();
                }
                later(() -> receiver.received(connection, frame), share);
            }

            @Override
            public void closed(Connection connection, String why) {
                later(() -> receiver.closed(connection, why), 1);
            }

            private void later(Runnable arrival, double share) {
                if (!clock.isShutdown()) {
                    long nanos = (long) (share * TimeUnit.MILLISECONDS.toNanos(longestMillis));
                    ScheduledFuture<?> unused = clock.schedule(arrival, nanos, TimeUnit.NANOSECONDS);
                }
            }
        }
    }
}
