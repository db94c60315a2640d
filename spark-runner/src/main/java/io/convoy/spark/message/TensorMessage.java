package io.convoy.spark.message;

import io.convoy.engine.tensor.Shape;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Pixels or values without any compression. All numbers are little-endian:
 *
 * <table>
 *   <caption>A tensor message of rank r</caption>
 *   <tr><th>bytes</th><th>what</th></tr>
 *   <tr><td>0 … 3</td><td>the letters {@code CVTM}</td></tr>
 *   <tr><td>4</td><td>what an element is: {@value #UINT8}, an unsigned byte of 0 … 255, or {@value #FLOAT32}, a float32, a pixel's
 *       share of 255, 0 … 1</td></tr>
 *   <tr><td>5</td><td>the rank r</td></tr>
 *   <tr><td>6, 7</td><td>0</td></tr>
 *   <tr><td>8 … 8 + 4r − 1</td><td>the sizes, r unsigned int32: C, H, W</td></tr>
 *   <tr><td>then</td><td>the elements, row-major, and nothing behind them</td></tr>
 * </table>
 *
 * The model's own normalisation is applied to it, as to the pixels of a file.
 */
public final class TensorMessage {
    /** The element type of unsigned bytes. */
    public static final int UINT8 = 1;

    /** The element type of float32. */
    public static final int FLOAT32 = 2;

    private static final int MAGIC = 'C' | 'V' << 8 | 'T' << 16 | 'M' << 24;
    private static final int FIXED = 8;
    private static final int LARGEST_RANK = 8;

    private final ByteBuffer elements;
    private final int type;

    private TensorMessage(ByteBuffer elements, int type) {
        this.elements = elements;
        this.type = type;
    }

    /** The message of {@code pixels}, 0 … 255, of {@code shape}, row-major. */
    public static byte[] of(Shape shape, byte[] pixels) {
        byte[] message = new byte[length(shape, pixels.length, 1)];
        header(message, shape, UINT8).put(pixels);
        return message;
    }

    /** The message of {@code values} on the scale of 0 … 1, of {@code shape}, row-major. */
    @SuppressWarnings("ByteBufferBackingArray") // It was allocated for this message, from its first byte on.
    public static byte[] of(Shape shape, float[] values) {
        byte[] message = new byte[length(shape, values.length, Float.BYTES)];
        ByteBuffer out = header(message, shape, FLOAT32);
        for (float value : values) {
            out.putFloat(value);
        }
        return message;
    }

    private static int length(Shape shape, int count, int size) {
        if (shape.count() != count) {
            throw new IllegalArgumentException(
                    "TensorMessage of " + shape + " expects " + shape.count() + " elements, but it got " + count + ".");
        }
        return Math.addExact(FIXED + 4 * shape.rank(), Math.multiplyExact(count, size));
    }

    private static ByteBuffer header(byte[] message, Shape shape, int type) {
        ByteBuffer out = ByteBuffer.wrap(message)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC)
                .put((byte) type)
                .put((byte) shape.rank())
                .putShort((short) 0);
        shape.toList().forEach(out::putInt);
        return out;
    }

    /** Checks the header of {@code value} and how long it is; {@code shape} is what the model takes. */
    static TensorMessage parse(byte[] value, Shape shape) {
        ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        try {
            if (in.getInt() != MAGIC) {
                throw new UnusableMessageException("it is no tensor, as it does not begin with CVTM");
            }
            int type = in.get() & 0xFF;
            int rank = in.get() & 0xFF;
            int reserved = in.getShort() & 0xFFFF;
            if (type != UINT8 && type != FLOAT32) {
                throw new UnusableMessageException("its elements are of type " + type + ", but only " + UINT8
                        + " (uint8) and " + FLOAT32 + " (float32) are supported");
            }
            if (rank > LARGEST_RANK || reserved != 0) {
                throw new UnusableMessageException("its header is damaged");
            }
            long[] sizes = new long[rank];
            for (int i = 0; i < rank; i++) {
                sizes[i] = Integer.toUnsignedLong(in.getInt());
            }
            long[] expected = Arrays.stream(shape.toArray()).asLongStream().toArray();
            if (!Arrays.equals(sizes, expected)) {
                throw new UnusableMessageException(
                        "its shape is " + Arrays.toString(sizes) + ", but the model takes " + shape);
            }
            long bytes = shape.count() * (type == UINT8 ? 1 : Float.BYTES);
            if (in.remaining() != bytes) {
                throw new UnusableMessageException(
                        "it has " + in.remaining() + " bytes of elements, but " + shape + " takes " + bytes);
            }
            return new TensorMessage(in.slice().order(ByteOrder.LITTLE_ENDIAN), type);
        } catch (BufferUnderflowException e) {
            throw new UnusableMessageException("its header is cut off", e);
        }
    }

    /** Whether its elements are unsigned bytes; else they are float32. */
    boolean isPixels() {
        return type == UINT8;
    }

    byte[] pixels() {
        byte[] pixels = new byte[elements.remaining()];
        elements.duplicate().get(pixels);
        return pixels;
    }

    float[] values() {
        float[] values = new float[elements.remaining() / Float.BYTES];
        elements.asFloatBuffer().get(values);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new UnusableMessageException(
                        "its element " + i + " is " + values[i] + ", which is no finite number");
            }
        }
        return values;
    }
}
