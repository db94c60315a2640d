package io.convoy.ps.security;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The listening side of the mutual challenge: the first handler of a connection. When it is passed it fires
 * {@link Authenticated} and removes itself. Whoever does not speak the protocol is closed without a word; a wrong proof is
 * refused and reported.
 */
public final class ListeningHandshake extends ByteToMessageDecoder {
    private final RunKey key;
    private final Role role;
    private final Gate gate;
    private final Consumer<String> reports;
    private boolean inside;
    private byte @Nullable [] theirs;
    private byte @Nullable [] ours;
    private @Nullable ScheduledFuture<?> deadline;

    /**
     * A handshake for one connection.
     *
     * @param reports gets a line for a person when a proof is wrong
     */
    public ListeningHandshake(RunKey key, Role role, Gate gate, Consumer<String> reports) {
        this.key = key;
        this.role = role;
        this.gate = gate;
        this.reports = reports;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!gate.enter()) {
            close(context);
            return;
        }
        inside = true;
        deadline = context.executor()
                .schedule(() -> close(context), gate.deadline().toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (!inside) {
            in.skipBytes(in.readableBytes());
            return;
        }
        byte[] connecting = theirs;
        byte[] listening = ours;
        if (connecting == null || listening == null) {
            greet(context, in);
        } else if (in.readableBytes() >= RunKey.BYTES) {
            judge(context, Handshake.take(in, RunKey.BYTES), connecting, listening);
        }
    }

    private void greet(ChannelHandlerContext context, ByteBuf in) {
        byte[] start = new byte[Math.min(in.readableBytes(), Handshake.MAGIC.length)];
        in.getBytes(in.readerIndex(), start);
        if (!Arrays.equals(start, Arrays.copyOf(Handshake.MAGIC, start.length))) {
            in.skipBytes(in.readableBytes());
            close(context);
        } else if (in.readableBytes() >= Handshake.HELLO) {
            in.skipBytes(Handshake.MAGIC.length);
            theirs = Handshake.take(in, RunKey.BYTES);
            byte[] nonce = Handshake.nonce();
            ours = nonce;
            send(context, Unpooled.wrappedBuffer(nonce));
        }
    }

    private void judge(ChannelHandlerContext context, byte[] proof, byte[] connecting, byte[] listening) {
        leave();
        if (!key.proves(proof, RunKey.Side.CONNECTING, role, connecting, listening)) {
            reports.accept("Run " + key.run() + " expects its members to know its secret, but "
                    + context.channel().remoteAddress()
                    + " came with a wrong proof. Maybe it belongs to another run.");
            context.writeAndFlush(Handshake.verdict(Handshake.REFUSED, new byte[RunKey.BYTES]))
                    .addListener(ChannelFutureListener.CLOSE);
            return;
        }
        send(
                context,
                Handshake.verdict(Handshake.TAKEN, key.proof(RunKey.Side.LISTENING, role, connecting, listening)));
        context.fireUserEventTriggered(Authenticated.PASSED);
        context.pipeline().remove(this);
    }

    private static void send(ChannelHandlerContext context, ByteBuf bytes) {
        context.writeAndFlush(bytes).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    private static void close(ChannelHandlerContext context) {
        context.channel().close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        leave();
        super.channelInactive(context);
    }

    private void leave() {
        if (inside) {
            inside = false;
            gate.leave();
        }
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
