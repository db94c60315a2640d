package io.convoy.engine.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads one message in Protocol Buffers' wire format field by field. Every length is checked against what is there, so no file
 * makes it read beyond its end or reserve more than the file's own size.
 *
 * <pre>while (message.next()) { switch (message.field()) { case 1 -> …; default -> message.skip(); } }</pre>
 */
final class WireReader {
    private final String source;
    private final byte[] data;
    private final int end;
    private int position;
    private int field;
    private int type;

    private WireReader(String source, byte[] data, int position, int end) {
        this.source = source;
        this.data = data;
        this.position = position;
        this.end = end;
    }

    /**
     * A reader of a whole file.
     *
     * @param source what messages call it
     */
    static WireReader of(String source, byte[] data) {
        return new WireReader(source, data, 0, data.length);
    }

    /** What messages call the file. */
    String source() {
        return source;
    }

    /** Goes to the next field; false at the end. */
    boolean next() {
        if (position == end) {
            return false;
        }
        long key = varint();
        if (key >>> 3 == 0 || key >>> 3 > 1 << 29) {
            throw damaged("a field of number " + (key >>> 3));
        }
        field = (int) (key >>> 3);
        type = (int) (key & 7);
        return true;
    }

    int field() {
        return field;
    }

    /** Whether the field is a length and bytes: text, a message, or packed numbers. */
    boolean isBytes() {
        return type == WireMessage.BYTES;
    }

    long whole() {
        require(WireMessage.VARINT);
        return varint();
    }

    float real() {
        require(WireMessage.FIXED32);
        return little(take(4), 4).getFloat();
    }

    double wide() {
        require(WireMessage.FIXED64);
        return little(take(8), 8).getDouble();
    }

    String text() {
        ByteBuffer bytes = bytes();
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            OnnxException damaged = damaged("text that is not UTF-8");
            damaged.initCause(e);
            throw damaged;
        }
    }

    /** The bytes of the field, little-endian; not a copy. */
    ByteBuffer bytes() {
        int length = length();
        return little(take(length), length);
    }

    WireReader message() {
        int length = length();
        int from = take(length);
        return new WireReader(source, data, from, from + length);
    }

    /** A packed field as a message of bare numbers: read them until {@link #atEnd()}. */
    boolean atEnd() {
        return position == end;
    }

    /** A number of a packed field. */
    long bare() {
        return varint();
    }

    void skip() {
        switch (type) {
            case WireMessage.VARINT -> varint();
            case WireMessage.FIXED64 -> take(8);
            case WireMessage.BYTES -> take(length());
            case WireMessage.FIXED32 -> take(4);
            default -> throw damaged("a field of type " + type);
        }
    }

    private int length() {
        require(WireMessage.BYTES);
        long length = varint();
        if (length < 0 || length > end - position) {
            throw damaged(
                    "a field of " + Long.toUnsignedString(length) + " bytes where " + (end - position) + " are left");
        }
        return (int) length;
    }

    private int take(int length) {
        if (length > end - position) {
            throw damaged("a field of " + length + " bytes where " + (end - position) + " are left");
        }
        int from = position;
        position += length;
        return from;
    }

    private ByteBuffer little(int from, int length) {
        return ByteBuffer.wrap(data, from, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (position == end) {
                throw damaged("a number that doesn't end");
            }
            byte next = data[position++];
            if (shift < 64) {
                value |= (long) (next & 0x7F) << shift;
            }
            if (next >= 0) {
                return value;
            }
        }
        throw damaged("a number of more than ten bytes");
    }

    private void require(int expected) {
        if (type != expected) {
            throw damaged("a field " + field + " of type " + type + " instead of " + expected);
        }
    }

    /** What is said of bytes that are not what they should be. */
    OnnxException damaged(String what) {
        return new OnnxException(source + " expects an ONNX model, but at byte " + position + " there is " + what
                + ". Maybe it was cut short or is another kind of file.");
    }
}
