package io.convoy.engine.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message in Protocol Buffers' wire format that is being put together. It knows its length before anything is written, and
 * refers to floats instead of copying them.
 */
final class WireMessage {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private static final int CHUNK = 16_384;

    private interface Part {
        void writeTo(OutputStream out) throws IOException;
    }

    private final List<Part> parts = new ArrayList<>();
    private long size;

    /** Bytes. */
    long size() {
        return size;
    }

    void writeTo(OutputStream out) throws IOException {
        for (Part part : parts) {
            part.writeTo(out);
        }
    }

    WireMessage whole(int field, long value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        varint(bytes, key(field, VARINT));
        varint(bytes, value);
        return append(bytes.toByteArray());
    }

    WireMessage real(int field, float value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        varint(bytes, key(field, FIXED32));
        int bits = Float.floatToRawIntBits(value);
        for (int shift = 0; shift < 32; shift += 8) {
            bytes.write(bits >>> shift);
        }
        return append(bytes.toByteArray());
    }

    WireMessage text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    WireMessage bytes(int field, byte[] value) {
        header(field, value.length);
        return append(value);
    }

    WireMessage message(int field, WireMessage value) {
        header(field, value.size);
        parts.add(value::writeTo);
        size += value.size;
        return this;
    }

    /** {@code count} floats, little-endian, which are read when the message is written. */
    WireMessage floats(int field, float[] values, int from, int count) {
        header(field, 4L * count);
        parts.add(out -> {
            ByteBuffer chunk = ByteBuffer.allocate(4 * Math.min(count, CHUNK)).order(ByteOrder.LITTLE_ENDIAN);
            for (int done = 0; done < count; done += CHUNK) {
                int length = Math.min(CHUNK, count - done);
                chunk.asFloatBuffer().put(values, from + done, length);
                out.write(chunk.array(), 0, 4 * length);
            }
        });
        size += 4L * count;
        return this;
    }

    private void header(int field, long length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        varint(bytes, key(field, BYTES));
        varint(bytes, length);
        append(bytes.toByteArray());
    }

    private WireMessage append(byte[] bytes) {
        parts.add(out -> out.write(bytes));
        size += bytes.length;
        return this;
    }

    private static long key(int field, int type) {
        return (long) field << 3 | type;
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
