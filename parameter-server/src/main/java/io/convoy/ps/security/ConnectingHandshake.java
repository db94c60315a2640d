package io.convoy.ps.security;

import io.convoy.engine.exchange.ExchangeException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The connecting side of the mutual challenge: the first handler of a connection. When it is passed it fires
 * {@link Authenticated}, removes itself, and completes its outcome; otherwise the outcome fails with a message for a person.
 */
public final class ConnectingHandshake extends ByteToMessageDecoder {
    private final RunKey key;
    private final Role role;
    private final String peer;
    private final CompletableFuture<Authenticated> outcome = new CompletableFuture<>();
    private final byte[] ours = Handshake.nonce();
    private byte @Nullable [] theirs;

    /**
     * A handshake for one connection.
     *
     * @param peer how messages call the other side, e.g. its address
     */
    public ConnectingHandshake(RunKey key, Role role, String peer) {
        this.key = key;
        this.role = role;
        this.peer = peer;
    }

    /** Completes when the other side has proved that it knows the secret; fails with an {@link ExchangeException}. */
    public CompletableFuture<Authenticated> outcome() {
        return outcome;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        send(context, Handshake.hello(ours));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (outcome.isDone()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        byte[] listening = theirs;
        if (listening == null) {
            if (in.readableBytes() >= RunKey.BYTES) {
                listening = Handshake.take(in, RunKey.BYTES);
                theirs = listening;
                send(context, Unpooled.wrappedBuffer(key.proof(RunKey.Side.CONNECTING, role, ours, listening)));
            }
        } else if (in.readableBytes() >= Handshake.VERDICT) {
            byte verdict = in.readByte();
            byte[] proof = Handshake.take(in, RunKey.BYTES);
            if (verdict != Handshake.TAKEN) {
                fail(context, " refused it. Maybe that is the port of another run.");
            } else if (!key.proves(proof, RunKey.Side.LISTENING, role, ours, listening)) {
                fail(context, " could not prove that it knows it. Maybe that is somebody else's port.");
            } else {
                context.fireUserEventTriggered(Authenticated.PASSED);
                outcome.complete(Authenticated.PASSED);
                context.pipeline().remove(this);
            }
        }
    }

    private void fail(ChannelHandlerContext context, String what) {
        outcome.completeExceptionally(new ExchangeException("A connection of run " + key.run()
                + " expects both sides to know the run's secret, but " + peer + what));
        context.channel().close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    private static void send(ChannelHandlerContext context, ByteBuf bytes) {
        context.writeAndFlush(bytes).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        outcome.completeExceptionally(new ExchangeException("A connection of run " + key.run() + " expects " + peer
                + " to answer the challenge, but it closed the connection. Maybe that is somebody else's port."));
        super.channelInactive(context);
    }
}
