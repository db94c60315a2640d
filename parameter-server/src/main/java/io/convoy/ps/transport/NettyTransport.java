package io.convoy.ps.transport;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.ps.security.ConnectingHandshake;
import io.convoy.ps.security.Gate;
import io.convoy.ps.security.ListeningHandshake;
import io.convoy.ps.security.Role;
import io.convoy.ps.security.RunKey;
import io.convoy.ps.wire.Address;
import io.convoy.ps.wire.FrameCodec;
import io.convoy.ps.wire.Text;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections over TCP. Its threads are daemons called {@code convoy-netty-…}. */
public final class NettyTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(NettyTransport.class);

    private final RunKey key;
    private final NettySettings settings;
    private final Consumer<String> reports;
    private final FloatBuffers buffers = new FloatBuffers();
    private final FrameCodec codec = new FrameCodec(buffers);
    private final EventLoopGroup group;

    /** A transport that logs what it has to report about the other sides of its connections. */
    public NettyTransport(String name, RunKey key, NettySettings settings) {
        this(name, key, settings, LOG::warn);
    }

    /**
     * A transport.
     *
     * @param name how its threads are called, e.g. {@code slot-3}
     * @param reports gets one line for each malformed frame and each wrong proof
     */
    public NettyTransport(String name, RunKey key, NettySettings settings, Consumer<String> reports) {
        this.key = key;
        this.settings = settings;
        this.reports = reports;
        this.group = new MultiThreadIoEventLoopGroup(
                settings.threads(), new DefaultThreadFactory("convoy-netty-" + name, true), NioIoHandler.newFactory());
    }

    @Override
    public FloatBuffers buffers() {
        return buffers;
    }

    @Override
    public Listening listen(Role role, String host, PortRange ports, Receiver receiver) {
        Gate gate = new Gate(settings.mostStrangers(), settings.handshakeDeadline());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        initialise(channel, new ListeningHandshake(key, role, gate, reports), receiver);
                    }
                });
        InetSocketAddress unbound = new InetSocketAddress(host, 0);
        if (unbound.isUnresolved()) {
            throw unbindable(host, "it has no address", null);
        }
        for (int port = ports.first(); port <= ports.last(); port++) {
            ChannelFuture bound = bootstrap
                    .bind(new InetSocketAddress(unbound.getAddress(), port))
                    .awaitUninterruptibly();
            if (bound.isSuccess()) {
                int free = ((InetSocketAddress) bound.channel().localAddress()).getPort();
                return new NettyListening(bound.channel(), new Address(host, free));
            }
            Throwable cause = bound.cause();
            if (!(cause instanceof BindException)
                    || !String.valueOf(cause.getMessage()).contains("in use")) {
                throw unbindable(host, String.valueOf(cause.getMessage()), cause);
            }
        }
        throw new TakenPortException(ports.taken(host));
    }

    private static ExchangeException unbindable(String host, String why, @Nullable Throwable cause) {
        String message = "The parameter server expects a name or address of this machine, but " + host
                + " can't be listened on: " + why
                + ". Maybe set SPARK_LOCAL_IP to the one that the other machines know.";
        return cause == null ? new ExchangeException(message) : new ExchangeException(message, cause);
    }

    /** Builds a connection's pipeline: a TLS handler belongs before the handshake, so that it covers the proofs as well. */
    private void initialise(Channel channel, ChannelHandler handshake, Receiver receiver) {
        channel.pipeline().addLast("handshake", handshake);
        channel.pipeline().addLast("frames", new NettyConnection(codec, receiver, reports));
    }

    @Override
    public Connection connect(Role role, Address address, Receiver receiver, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        ConnectingHandshake handshake = new ConnectingHandshake(key, role, address.toString());
        ChannelFuture connecting = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.max(1, deadline.toMillis()))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        initialise(channel, handshake, receiver);
                    }
                })
                .connect(address.host(), address.port());
        try {
            connecting.await();
            if (!connecting.isSuccess()) {
                throw new ExchangeException(
                        "A connection of run " + key.run() + " expects somebody to listen on " + address + ", but: "
                                + connecting.cause().getMessage() + ".",
                        connecting.cause());
            }
            handshake.outcome().get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            return (NettyConnection) connecting.channel().pipeline().get("frames");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            // The message of the cause is for the user; its stack is that of an event loop.
            throw new ExchangeException(String.valueOf(cause == null ? e.getMessage() : cause.getMessage()), e);
        } catch (TimeoutException e) {
            abandon(connecting.channel());
            throw new ExchangeException(
                    "A connection of run " + key.run() + " expects " + address + " to answer the challenge within "
                            + Text.of(deadline) + ", but it did not. Maybe that is somebody else's port.",
                    e);
        } catch (InterruptedException e) {
            abandon(connecting.channel());
            Thread.currentThread().interrupt();
            throw new ExchangeException("A connection to " + address + " was interrupted.", e);
        }
    }

    private static void abandon(Channel channel) {
        channel.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private record NettyListening(Channel channel, Address address) implements Listening {
        @Override
        public void close() {
            channel.close().awaitUninterruptibly();
        }
    }
}
