package io.convoy.ps.coordinator;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.ps.security.Role;
import io.convoy.ps.transport.Connection;
import io.convoy.ps.transport.Receiver;
import io.convoy.ps.transport.Transport;
import io.convoy.ps.wire.Address;
import io.convoy.ps.wire.Frame;
import io.convoy.ps.wire.Member;
import io.convoy.ps.wire.Roster;
import io.convoy.ps.wire.Text;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A slot's side of a run: joins, does what it is told, and notices when the driver is gone. */
public final class CoordinatorClient implements AutoCloseable {
    private final Address coordinator;
    private final Member self;
    private final MemberSettings settings;
    private final BlockingQueue<Frame.Command> commands = new LinkedBlockingQueue<>();
    private @Nullable Connection connection;
    private @Nullable Roster roster;
    private long heardAt = System.nanoTime();
    private boolean ended;
    private @Nullable String failure;

    private CoordinatorClient(Address coordinator, Member self, MemberSettings settings) {
        this.coordinator = coordinator;
        this.self = self;
        this.settings = settings;
    }

    /**
     * Joins and waits until all slots have.
     *
     * @throws ExchangeException if the coordinator can't be reached, refuses, or the deadline passes
     */
    public static CoordinatorClient join(
            Transport transport, Address coordinator, Member self, MemberSettings settings) {
        CoordinatorClient client = new CoordinatorClient(coordinator, self, settings);
        Connection opened =
                transport.connect(Role.COORDINATOR, coordinator, client.new Orders(), settings.joinDeadline());
        try {
            client.await(opened);
            return client;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private synchronized void await(Connection opened) {
        connection = opened;
        opened.send(new Frame.Join(self));
        long end = System.nanoTime() + settings.joinDeadline().toNanos();
        while (roster == null && !ended) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new ExchangeException("Slot " + self.slot() + " expects all slots to join within "
                        + Text.of(settings.joinDeadline())
                        + ", but some did not. Maybe the cluster has too few free cores, or set"
                        + " parameterServer.joinSeconds higher.");
            }
            pause(left);
        }
        if (roster == null) {
            throw new ExchangeException(String.valueOf(failure));
        }
    }

    private synchronized void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end("Slot " + self.slot() + " was interrupted. Maybe its task was killed.");
        }
    }

    /** Everybody who takes part. */
    public synchronized Roster roster() {
        if (roster == null) {
            throw new IllegalStateException("CoordinatorClient expects a roster once it has joined, but it has none.");
        }
        return roster;
    }

    /**
     * Does commands until the run is over. The handler has a thread of its own, so that this one ends within seconds even if
     * a command does not.
     *
     * @throws ExchangeException if the run ended with a failure, the coordinator is lost, or this thread is interrupted
     */
    public void serve(CommandHandler handler) {
        Thread worker = new Thread(() -> work(handler), "convoy-slot-" + self.slot());
        worker.setDaemon(true);
        worker.start();
        String why = awaitEnd();
        if (why != null) {
            handler.abandon(why);
        }
        worker.interrupt();
        boolean interrupted = Thread.interrupted();
        try {
            worker.join(settings.grace().toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (why != null) {
            throw new ExchangeException(why);
        }
    }

    private synchronized @Nullable String awaitEnd() {
        while (!ended) {
            long left = heardAt + settings.silence().toNanos() - System.nanoTime();
            if (left <= 0) {
                end("Slot " + self.slot() + " expects a word from its coordinator at " + coordinator + " every "
                        + Text.of(settings.silence())
                        + ", but there was none. Maybe the driver is stuck or unreachable.");
            } else {
                pause(left);
            }
        }
        return failure;
    }

    private void work(CommandHandler handler) {
        try {
            while (true) {
                Frame.Command command = commands.take();
                send(answer(handler, command));
            }
        } catch (InterruptedException e) {
            // The run is over: serve() says so to its caller, and this thread has nothing left to do.
            Thread.currentThread().interrupt();
        }
    }

    private Frame answer(CommandHandler handler, Frame.Command command) throws InterruptedException {
        try {
            String body = handler.handle(
                    command.name(), command.body(), progress -> send(new Frame.Progress(command.sequence(), progress)));
            return new Frame.Done(command.sequence(), body);
        } catch (InterruptedException e) {
            throw e;
        } catch (ExchangeException e) {
            return new Frame.Failed(command.sequence(), String.valueOf(e.getMessage()));
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            return new Frame.Failed(command.sequence(), String.valueOf(e));
        }
    }

    private synchronized void send(Frame frame) {
        if (connection != null) {
            connection.send(frame);
        }
    }

    /** Tells the coordinator that this slot can't go on; the run ends with {@code why}. */
    public void leave(String why) {
        send(new Frame.Leave(true, why));
    }

    private synchronized void end(@Nullable String why) {
        if (!ended) {
            ended = true;
            failure = why;
            notifyAll();
        }
    }

    @Override
    public void close() {
        end("Slot " + self.slot() + " expects its membership to be open, but it is closed.");
        synchronized (this) {
            if (connection != null) {
                connection.close();
            }
        }
    }

    /** What the coordinator sends. */
    private final class Orders implements Receiver {
        @Override
        public void received(Connection from, Frame frame) {
            synchronized (CoordinatorClient.this) {
                heardAt = System.nanoTime();
                if (frame instanceof Frame.Ping ping) {
                    from.send(new Frame.Pong(ping.number()));
                } else if (frame instanceof Frame.Command command) {
                    commands.add(command);
                } else if (frame instanceof Frame.Assembled assembled) {
                    roster = assembled.roster();
                    CoordinatorClient.this.notifyAll();
                } else if (frame instanceof Frame.Leave leave) {
                    end(leave.failed() ? leave.reason() : null);
                    // This side closes first: a close from the other could overtake its own last word.
                    from.close();
                }
            }
        }

        @Override
        public void closed(Connection from, String why) {
            end("Slot " + self.slot() + " expects its coordinator at " + coordinator + " to stay, but the connection is"
                    + " gone: " + why + ". Maybe the driver was killed.");
        }
    }
}
