package io.convoy.ps.wire;

import io.convoy.engine.exchange.FloatBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Frames as bytes, little-endian.
 *
 * <pre>
 * offset  bytes
 *      0      4  magic, "CNVY"
 *      4      1  version, 1
 *      5      1  kind
 *      6      2  zero
 *      8      4  bytes of payload, at most {@value #MAX_PAYLOAD}
 *     12      4  CRC-32C of the 12 bytes above and the payload
 *     16      …  payload: the fields in order; texts and lists are preceded by their count
 * </pre>
 */
public final class FrameCodec {
    /** Bytes before the payload. */
    public static final int HEADER = 16;

    /** The most bytes of payload: a part of 1 MiB, and room for the other fields. */
    public static final int MAX_PAYLOAD = (1 << 20) + (1 << 16);

    private static final int MAGIC = 'C' | 'N' << 8 | 'V' << 16 | 'Y' << 24;
    private static final int VERSION = 1;
    private static final int LENGTH_OFFSET = 8;
    private static final int CHECKSUM_OFFSET = 12;
    private static final int FIRST_GUESS = 240;

    private final FloatBuffers buffers;

    /** A codec that takes the arrays of the frames it reads from {@code buffers}. */
    public FrameCodec(FloatBuffers buffers) {
        this.buffers = buffers;
    }

    /** The frame's bytes in a new buffer of {@code allocator}, which the caller releases. */
    public ByteBuf encode(Frame frame, ByteBufAllocator allocator) {
        Kind kind = Kind.of(frame);
        ByteBuf out = allocator.buffer(HEADER + FIRST_GUESS + floats(frame) * Float.BYTES);
        try {
            out.writeIntLE(MAGIC);
            out.writeByte(VERSION);
            out.writeByte(kind.number());
            out.writeShortLE(0);
            out.writeLongLE(0);
            kind.write(frame, out);
            int payload = out.readableBytes() - HEADER;
            if (payload > MAX_PAYLOAD) {
                throw new IllegalArgumentException("A frame expects at most " + MAX_PAYLOAD + " bytes, but "
                        + kind.name() + " got " + payload + ".");
            }
            out.setIntLE(LENGTH_OFFSET, payload);
            out.setIntLE(CHECKSUM_OFFSET, checksum(out));
            return out;
        } catch (RuntimeException e) {
            out.release();
            throw e;
        }
    }

    private static int floats(Frame frame) {
        if (frame instanceof Frame.Push push) {
            return push.values().length();
        }
        return frame instanceof Frame.Values values ? values.values().length() : 0;
    }

    private static int checksum(ByteBuf whole) {
        CRC32C crc = new CRC32C();
        crc.update(whole.nioBuffer(whole.readerIndex(), CHECKSUM_OFFSET));
        crc.update(whole.nioBuffer(whole.readerIndex() + HEADER, whole.readableBytes() - HEADER));
        return (int) crc.getValue();
    }

    /** The bytes of payload that follow this header. */
    private static int payload(ByteBuf header) {
        int magic = header.getIntLE(header.readerIndex());
        if (magic != MAGIC) {
            throw new MalformedFrameException(String.format(
                    "A frame starts with \"CNVY\", but it got the bytes %08x.", Integer.reverseBytes(magic)));
        }
        int version = header.getUnsignedByte(header.readerIndex() + 4);
        if (version != VERSION) {
            throw new MalformedFrameException("A frame has version " + VERSION + ", but it got " + version + ".");
        }
        int kind = header.getUnsignedByte(header.readerIndex() + 5);
        if (Kind.of(kind) == null || header.getShortLE(header.readerIndex() + 6) != 0) {
            throw new MalformedFrameException("A frame is of a known kind, but it got kind " + kind + ".");
        }
        int payload = header.getIntLE(header.readerIndex() + LENGTH_OFFSET);
        if (payload < 0 || payload > MAX_PAYLOAD) {
            throw new MalformedFrameException(
                    "A frame has at most " + MAX_PAYLOAD + " bytes, but it got a length of " + payload + ".");
        }
        return payload;
    }

    private Frame decode(ByteBuf whole) {
        if (checksum(whole) != whole.getIntLE(whole.readerIndex() + CHECKSUM_OFFSET)) {
            throw new MalformedFrameException("A frame has the checksum of its bytes, but it got another.");
        }
        Kind kind = Kind.of(whole.getUnsignedByte(whole.readerIndex() + 5));
        if (kind == null) {
            throw new MalformedFrameException("A frame is of a known kind, but it got another.");
        }
        whole.skipBytes(HEADER);
        Frame frame;
        try {
            frame = kind.read(whole, buffers);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new MalformedFrameException(
                    "A frame has the fields of its kind, but " + kind.name() + " got others: " + e.getMessage(), e);
        }
        if (whole.isReadable()) {
            throw new MalformedFrameException("A frame ends after its fields, but " + kind.name() + " got "
                    + whole.readableBytes() + " bytes more.");
        }
        return frame;
    }

    /** A new reader for the bytes of one connection. */
    public Reader reader() {
        return new Reader(this);
    }

    /**
     * Cuts the bytes of one connection into frames. A frame's length is checked before room for it is made. Not for use by
     * two threads at once.
     */
    public static final class Reader implements AutoCloseable {
        private final FrameCodec codec;
        private @Nullable ByteBuf header;
        private @Nullable ByteBuf whole;

        private Reader(FrameCodec codec) {
            this.codec = codec;
        }

        /**
         * Reads all of {@code in}, whose owner stays the caller.
         *
         * @throws MalformedFrameException once; afterwards this reader is of no use
         */
        public void read(ByteBuf in, ByteBufAllocator allocator, Consumer<Frame> frames) {
            while (in.isReadable()) {
                ByteBuf frame = whole;
                if (frame == null) {
                    frame = start(in, allocator);
                    if (frame == null) {
                        return;
                    }
                    whole = frame;
                }
                in.readBytes(frame, Math.min(in.readableBytes(), frame.writableBytes()));
                finish(frame, frames);
            }
        }

        private @Nullable ByteBuf start(ByteBuf in, ByteBufAllocator allocator) {
            ByteBuf head = header;
            if (head == null) {
                head = allocator.buffer(HEADER, HEADER);
                header = head;
            }
            in.readBytes(head, Math.min(in.readableBytes(), head.writableBytes()));
            if (head.isWritable()) {
                return null;
            }
            int length = HEADER + payload(head);
            ByteBuf frame = allocator.buffer(length, length);
            frame.writeBytes(head);
            head.clear();
            return frame;
        }

        private void finish(ByteBuf frame, Consumer<Frame> frames) {
            if (frame.isWritable()) {
                return;
            }
            whole = null;
            Frame decoded;
            try {
                decoded = codec.decode(frame);
            } finally {
                frame.release();
            }
            frames.accept(decoded);
        }

        /** Releases what is left of an unfinished frame. */
        @Override
        public void close() {
            if (header != null) {
                header.release();
                header = null;
            }
            if (whole != null) {
                whole.release();
                whole = null;
            }
        }
    }
}
