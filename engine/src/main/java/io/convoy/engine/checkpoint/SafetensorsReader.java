package io.convoy.engine.checkpoint;

import io.convoy.engine.tensor.Shape;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a <a href="https://huggingface.co/docs/safetensors">safetensors</a> file. Everything its header says is checked
 * when it is opened, before memory is allocated for it: lengths against the file, offsets against each other and against the
 * shapes. Not for use by two threads at once.
 *
 * <p>Every fault of the file is a {@link CheckpointException} that names it.
 */
public final class SafetensorsReader implements Closeable {
    private static final int CHUNK_BYTES = 1 << 16;

    /** Where the data is. */
    private interface Data extends Closeable {
        /** Fills {@code into} with the bytes of {@code tensor} from {@code offset} on. */
        void read(StoredTensor tensor, long offset, ByteBuffer into) throws IOException;
    }

    /** Takes {@code chunk.remaining()} bytes of a tensor's elements. */
    private interface Sink {
        void take(ByteBuffer chunk);
    }

    private final String source;
    private final SafetensorsHeader header;
    private final Map<String, StoredTensor> tensors = new HashMap<>();
    private final Data data;

    private SafetensorsReader(String source, SafetensorsHeader header, Data data) {
        this.source = source;
        this.header = header;
        this.data = data;
        header.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
    }

    /** Opens a local file. */
    public static SafetensorsReader open(Path file) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(file);
        try {
            return open(file.toString(), channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Opens a file that can be read anywhere: tensors are read when they are asked for, through a buffer of 64 KiB.
     *
     * @param source what messages call the file
     * @param channel the whole file; closed with the reader
     */
    public static SafetensorsReader open(String source, SeekableByteChannel channel) throws IOException {
        long length = channel.size();
        ByteBuffer first =
                ByteBuffer.allocate((int) Math.min(Long.BYTES, length)).order(ByteOrder.LITTLE_ENDIAN);
        readFully(source, channel, 0, first);
        int headerBytes = headerBytes(source, first);
        if (headerBytes > length - Long.BYTES) {
            throw shortHeader(source, headerBytes, length - Long.BYTES);
        }
        byte[] json = new byte[headerBytes];
        readFully(source, channel, Long.BYTES, ByteBuffer.wrap(json));
        SafetensorsHeader header = SafetensorsHeader.parse(source, json);
        long dataBegin = Long.BYTES + (long) headerBytes;
        requireData(source, header.dataBytes(), length - dataBegin);
        return new SafetensorsReader(source, header, new Data() {
            @Override
            public void read(StoredTensor tensor, long offset, ByteBuffer into) throws IOException {
                readFully(source, channel, dataBegin + tensor.begin() + offset, into);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        });
    }

    /**
     * Reads a file that can only be read from front to end, to its end, into memory. No more is ever allocated than about
     * twice what has really arrived.
     *
     * @param source what messages call the file
     * @param in the whole file; stays open
     */
    public static SafetensorsReader read(String source, InputStream in) throws IOException {
        int headerBytes = headerBytes(source, ByteBuffer.wrap(in.readNBytes(Long.BYTES)));
        byte[] json = in.readNBytes(headerBytes);
        if (json.length < headerBytes) {
            throw shortHeader(source, headerBytes, json.length);
        }
        SafetensorsHeader header = SafetensorsHeader.parse(source, json);
        Map<String, byte[]> values = new HashMap<>();
        for (StoredTensor tensor : header.tensors()) {
            // A Java array's length, with room for its header.
            if (tensor.bytes() > Integer.MAX_VALUE - 8) {
                throw new CheckpointException(source + " expects tensors below 2 GiB where it can't be read anywhere,"
                        + " but tensor \"" + tensor.name() + "\" has " + tensor.bytes() + " bytes.");
            }
            byte[] bytes = in.readNBytes((int) tensor.bytes());
            if (bytes.length < tensor.bytes()) {
                requireData(source, header.dataBytes(), tensor.begin() + bytes.length);
            }
            values.put(tensor.name(), bytes);
        }
        long rest = in.readNBytes(1).length;
        requireData(source, header.dataBytes(), header.dataBytes() + rest);
        return new SafetensorsReader(source, header, new Data() {
            @Override
            public void read(StoredTensor tensor, long offset, ByteBuffer into) {
                byte[] bytes = values.get(tensor.name());
                into.put(bytes, (int) offset, into.remaining());
            }

            @Override
            public void close() {}
        });
    }

    private static int headerBytes(String source, ByteBuffer first) {
        if (first.limit() < Long.BYTES) {
            throw new CheckpointException(source + " expects the length of its header in its first 8 bytes, but it has "
                    + first.limit() + ". Maybe it was cut short while it was written or copied.");
        }
        long bytes = first.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        if (bytes < 0 || bytes > SafetensorsHeader.MAX_BYTES) {
            if (isPickle(first)) {
                throw pickle(source);
            }
            throw new CheckpointException(source + " expects a header of at most " + SafetensorsHeader.MAX_BYTES
                    + " bytes, but its first 8 bytes say " + Long.toUnsignedString(bytes)
                    + ". Maybe it is not a safetensors file.");
        }
        return (int) bytes;
    }

    /**
     * Whether a file whose first 8 bytes are no header's length begins as PyTorch's do: with a zip archive, or before version
     * 1.6 with a pickle of protocol 2 or later.
     */
    private static boolean isPickle(ByteBuffer first) {
        boolean zip = first.getInt(0) == 0x04034B50;
        int protocol = first.get(1);
        return zip || ((first.get(0) & 0xFF) == 0x80 && protocol >= 2 && protocol <= 5);
    }

    private static CheckpointException pickle(String source) {
        String file = source.substring(source.lastIndexOf('/') + 1);
        int dot = file.lastIndexOf('.');
        return new CheckpointException(source
                + " expects a safetensors file, but it is a pickle, as PyTorch's .pt, .pth,"
                + " .bin and .ckpt files are, which could run any program and is never read. Maybe convert it where PyTorch"
                + " is: python3 -c \"import torch, safetensors.torch; safetensors.torch.save_file(torch.load('" + file
                + "', map_location='cpu', weights_only=True), '" + (dot > 0 ? file.substring(0, dot) : file)
                + ".safetensors')\".");
    }

    private static CheckpointException shortHeader(String source, int expected, long actual) {
        return new CheckpointException(source + " expects a header of " + expected + " bytes, but only " + actual
                + " bytes follow its length. Maybe it was cut short while it was written or copied.");
    }

    private static void requireData(String source, long expected, long actual) {
        if (actual != expected) {
            throw new CheckpointException(
                    source + " expects " + expected + " bytes of data behind its header, but it has "
                            + (actual > expected
                                    ? "more. Maybe something was appended to it."
                                    : actual + ". Maybe it was cut short while it was written or copied."));
        }
    }

    private static void readFully(String source, SeekableByteChannel channel, long position, ByteBuffer into)
            throws IOException {
        channel.position(position);
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw new CheckpointException(source + " expects " + into.remaining() + " more bytes at byte "
                        + channel.position() + ", but it ends there. Maybe it is being written to.");
            }
        }
    }

    /** What messages call the file. */
    public String source() {
        return source;
    }

    /** The tensors in the order of their data. */
    public List<StoredTensor> tensors() {
        return header.tensors();
    }

    /** The free text of the header. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** Whether there is a tensor called {@code name}. */
    public boolean contains(String name) {
        return tensors.containsKey(name);
    }

    /** The entry of the tensor called {@code name}. */
    public StoredTensor tensor(String name) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new CheckpointException(source + " expects the name of one of its " + tensors.size()
                    + " tensors, but it was asked for \"" + name + "\". Maybe it belongs to another network.");
        }
        return tensor;
    }

    /** The values of an F32 tensor, or those of an F64, F16 or BF16 tensor as the nearest float32. */
    public float[] floats(String name) throws IOException {
        float[] values = new float[count(tensor(name))];
        floats(name, tensor(name).shape(), values, 0);
        return values;
    }

    /**
     * Overwrites {@code into} from index {@code offset} on with the values of {@link #floats(String)}.
     *
     * @param expected the shape that the tensor must have
     */
    public void floats(String name, Shape expected, float[] into, int offset) throws IOException {
        StoredTensor tensor = tensor(name);
        if (!tensor.shape().equals(expected)) {
            throw new CheckpointException(source + " expects tensor \"" + name + "\" to be asked for as "
                    + tensor.shape() + ", but it was asked for as " + expected
                    + ". Maybe it belongs to another network.");
        }
        int[] next = {offset};
        read(
                tensor,
                switch (tensor.type()) {
                    case F32 ->
                        chunk -> {
                            while (chunk.hasRemaining()) {
                                into[next[0]++] = Float.intBitsToFloat(chunk.getInt());
                            }
                        };
                    case F64 ->
                        chunk -> {
                            while (chunk.hasRemaining()) {
                                into[next[0]++] = (float) chunk.getDouble();
                            }
                        };
                    case F16 ->
                        chunk -> {
                            while (chunk.hasRemaining()) {
                                into[next[0]++] = halfToFloat(chunk.getShort());
                            }
                        };
                    case BF16 ->
                        chunk -> {
                            while (chunk.hasRemaining()) {
                                into[next[0]++] = Float.intBitsToFloat(chunk.getShort() << 16);
                            }
                        };
                    default -> throw otherType(tensor, "floats");
                });
    }

    /** The values of an F64 tensor, or those of an F32 tensor, exactly. */
    public double[] doubles(String name) throws IOException {
        StoredTensor tensor = tensor(name);
        int[] next = {0};
        double[] values = new double[count(tensor)];
        read(
                tensor,
                switch (tensor.type()) {
                    case F64 ->
                        chunk -> {
                            while (chunk.hasRemaining()) {
                                values[next[0]++] = chunk.getDouble();
                            }
                        };
                    case F32 ->
                        chunk -> {
                            while (chunk.hasRemaining()) {
                                values[next[0]++] = chunk.getFloat();
                            }
                        };
                    default -> throw otherType(tensor, "doubles");
                });
        return values;
    }

    /** The values of an I64 tensor. */
    public long[] longs(String name) throws IOException {
        StoredTensor tensor = tensor(name);
        if (tensor.type() != DataType.I64) {
            throw otherType(tensor, "longs");
        }
        int[] next = {0};
        long[] values = new long[count(tensor)];
        read(tensor, chunk -> {
            while (chunk.hasRemaining()) {
                values[next[0]++] = chunk.getLong();
            }
        });
        return values;
    }

    /** The values of a U8 tensor, unsigned. */
    public byte[] bytes(String name) throws IOException {
        StoredTensor tensor = tensor(name);
        if (tensor.type() != DataType.U8) {
            throw otherType(tensor, "bytes");
        }
        ByteBuffer values = ByteBuffer.allocate(count(tensor));
        read(tensor, values::put);
        return values.array();
    }

    private CheckpointException otherType(StoredTensor tensor, String asked) {
        return new CheckpointException(source + " expects tensor \"" + tensor.name()
                + "\" to be asked for as what it is, " + tensor.form() + ", but it was asked for as " + asked + ".");
    }

    private int count(StoredTensor tensor) {
        long count = tensor.shape().count();
        if (count > Integer.MAX_VALUE - 8) {
            throw new CheckpointException(source + " expects tensors of at most " + (Integer.MAX_VALUE - 8)
                    + " elements, but tensor \"" + tensor.name() + "\" is " + tensor.form() + ".");
        }
        return (int) count;
    }

    private void read(StoredTensor tensor, Sink sink) throws IOException {
        ByteBuffer buffer =
                ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, tensor.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        for (long offset = 0; offset < tensor.bytes(); offset += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), tensor.bytes() - offset));
            data.read(tensor, offset, buffer);
            sink.take(buffer.flip());
        }
    }

    /** The float32 of an IEEE 754 binary16; exact, since float32 holds every one of them. */
    static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >>> 10 & 0x1F;
        int fraction = half & 0x3FF;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int wide = exponent == 0x1F ? 0xFF : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }

    /** Closes the channel that it was opened with. */
    @Override
    public void close() throws IOException {
        data.close();
    }
}
