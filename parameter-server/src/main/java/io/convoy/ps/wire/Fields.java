package io.convoy.ps.wire;

import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.engine.exchange.ParameterLayout;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Fields of more than one number. Every length is checked against what is there before anything is allocated. */
final class Fields {
    private Fields() {}

    static void writeString(String value, ByteBuf out) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeIntLE(bytes.length);
        out.writeBytes(bytes);
    }

    /** A text for a person; a longer one loses its end, since a frame that can't be sent would say nothing at all. */
    static void writeText(String value, ByteBuf out) {
        writeString(value.length() <= Frame.MAX_TEXT ? value : value.substring(0, Frame.MAX_TEXT - 1) + "…", out);
    }

    static String readString(ByteBuf in) {
        int length = readCount(in, 1);
        ByteBuffer bytes = in.nioBuffer(in.readerIndex(), length);
        in.skipBytes(length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a text is not UTF-8", e);
        }
    }

    static boolean readBoolean(ByteBuf in) {
        int value = in.readUnsignedByte();
        if (value > 1) {
            throw new IllegalArgumentException("a yes or no is " + value);
        }
        return value == 1;
    }

    /** A count of things that take at least {@code bytesEach}, so that no count promises more than the frame holds. */
    static int readCount(ByteBuf in, int bytesEach) {
        int count = in.readIntLE();
        if (count < 0 || (long) count * bytesEach > in.readableBytes()) {
            throw new IllegalArgumentException(
                    "a count of " + count + " does not fit into the " + in.readableBytes() + " bytes that follow");
        }
        return count;
    }

    static void writeFloats(Floats values, ByteBuf out) {
        out.writeIntLE(values.length());
        int bytes = values.length() * Float.BYTES;
        out.ensureWritable(bytes);
        out.nioBuffer(out.writerIndex(), bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(values.array());
        out.writerIndex(out.writerIndex() + bytes);
    }

    static void writeDoubles(Doubles values, ByteBuf out) {
        out.writeIntLE(values.length());
        for (double value : values.array()) {
            out.writeDoubleLE(value);
        }
    }

    static Doubles readDoubles(ByteBuf in) {
        double[] values = new double[readCount(in, Double.BYTES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readDoubleLE();
        }
        return new Doubles(values);
    }

    static void writeNumbers(List<Integer> numbers, ByteBuf out) {
        out.writeIntLE(numbers.size());
        numbers.forEach(out::writeIntLE);
    }

    static List<Integer> readNumbers(ByteBuf in) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = readCount(in, Integer.BYTES); i > 0; i--) {
            numbers.add(in.readIntLE());
        }
        return numbers;
    }

    static Floats readFloats(ByteBuf in, FloatBuffers buffers) {
        int count = readCount(in, Float.BYTES);
        if (count > ParameterLayout.MAX_PART) {
            throw new IllegalArgumentException(count + " floats are more than a part may have");
        }
        int bytes = count * Float.BYTES;
        float[] values = buffers.take(count);
        in.nioBuffer(in.readerIndex(), bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        in.skipBytes(bytes);
        return new Floats(values);
    }
}
