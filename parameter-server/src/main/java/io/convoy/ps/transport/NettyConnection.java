package io.convoy.ps.transport;

import io.convoy.ps.security.Authenticated;
import io.convoy.ps.wire.Frame;
import io.convoy.ps.wire.FrameCodec;
import io.convoy.ps.wire.MalformedFrameException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The last handler of a connection: cuts bytes into frames. A frame is encoded by the thread that sends it, so that the
 * event loop only copies, and so that the sender's arrays are free at once.
 */
final class NettyConnection extends ChannelInboundHandlerAdapter implements Connection {
    private final FrameCodec codec;
    private final FrameCodec.Reader reader;
    private final Receiver receiver;
    private final Consumer<String> reports;
    private volatile @Nullable Channel channel;
    private boolean authenticated;
    private boolean ended;
    private String why = "the other side closed it";

    NettyConnection(FrameCodec codec, Receiver receiver, Consumer<String> reports) {
        this.codec = codec;
        this.reader = codec.reader();
        this.receiver = receiver;
        this.reports = reports;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Authenticated.PASSED) {
            authenticated = true;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (authenticated && !ended) {
                reader.read(bytes, context.alloc(), frame -> receiver.received(this, frame));
            }
        } catch (MalformedFrameException e) {
            end(context, e.getMessage());
        } finally {
            bytes.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (authenticated) {
            end(context, String.valueOf(cause));
        } else {
            close();
        }
    }

    private void end(ChannelHandlerContext context, @Nullable String trouble) {
        if (ended) {
            return;
        }
        ended = true;
        why = String.valueOf(trouble);
        reports.accept("The connection with " + remote() + " is closed: " + why);
        context.channel().close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        reader.close();
        if (authenticated) {
            receiver.closed(this, why);
        }
    }

    @Override
    public void send(Frame frame) {
        Channel open = channel;
        if (open == null || !open.isActive()) {
            return;
        }
        // A failed write closes the connection, and that is what its receiver is told.
        open.writeAndFlush(codec.encode(frame, open.alloc())).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public boolean mayLose() {
        return false;
    }

    @Override
    public String remote() {
        Channel open = channel;
        return open == null ? "nobody" : String.valueOf(open.remoteAddress()).replaceFirst("^.*/", "");
    }

    @Override
    public void close() {
        Channel open = channel;
        if (open != null) {
            // Behind what was sent: writes and this are tasks of one event loop.
            open.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
