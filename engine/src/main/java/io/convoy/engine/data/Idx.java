package io.convoy.engine.data;

import io.convoy.engine.tensor.Shape;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads the IDX format of MNIST (LeCun, Cortes and Burges, yann.lecun.com/exdb/mnist), plain or packed with gzip, which is
 * recognised by content.
 *
 * <p>A file is a magic number, one big-endian 32-bit size for each dimension, and unsigned bytes in row-major order. Images
 * are [N, H, W] (0x00000803) or [N, C, H, W] (0x00000804), labels [N] (0x00000801). Never more memory is taken than the
 * bytes that are really there ask for, whatever the header says.
 */
public final class Idx {
    private static final int LABELS = 0x801;
    private static final int IMAGES = 0x803;
    private static final int IMAGES_WITH_CHANNELS = 0x804;
    private static final int GZIP = 0x1f8b;

    private Idx() {}

    /**
     * Bytes to read, not yet unpacked; whoever opened the stream closes it.
     *
     * @param name what messages call it, usually its path
     */
    public record Source(String name, InputStream stream) {}

    /**
     * Reads images and their labels.
     *
     * @param name the name of the data set
     * @param classes the number of classes; labels are 0 … classes − 1
     * @throws DataException if a file is not what it should be; the message names it
     * @throws IOException if a stream fails
     */
    public static MemoryDataset read(String name, int classes, Source images, Source labels) throws IOException {
        int[] numbers = readLabels(labels, classes);
        return unpacking(images, in -> readImages(name, classes, in, numbers, labels.name()));
    }

    /** Who looks at images that have no labels. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Looks at one image.
         *
         * @param index 0, 1, 2 …
         * @param shape of all images, [C, H, W]
         * @param pixels unsigned bytes, row-major; the visitor's own
         */
        void image(int index, Shape shape, byte[] pixels) throws IOException;
    }

    /**
     * Shows images that have no labels, one after the other; never more than one is in memory.
     *
     * @throws DataException if the file is not what it should be; the message names it
     * @throws IOException if the stream or the visitor fails
     */
    public static void visit(Source images, Visitor visitor) throws IOException {
        int unused = unpacking(images, in -> {
            Header header = Header.read(in);
            in.expect(header.count() * header.sampleBytes());
            for (int i = 0; i < header.count(); i++) {
                visitor.image(i, header.shape(), in.take((int) header.sampleBytes()));
            }
            in.finish();
            return header.count();
        });
    }

    /** How many images of which shape follow. */
    private record Header(int count, long sampleBytes, Shape shape) {
        static Header read(Input in) throws IOException {
            int magic = in.readInt();
            if (magic != IMAGES && magic != IMAGES_WITH_CHANNELS) {
                throw new DataException(in.name
                        + " expects the magic number 0x00000803 or 0x00000804 of images, but it starts with "
                        + hexadecimal(magic) + "."
                        + (magic == LABELS
                                ? " Maybe images and labels are swapped."
                                : " Maybe it is no IDX file of unsigned bytes."));
            }
            int[] sizes = in.readSizes(magic & 0xFF);
            long sampleBytes = 1;
            for (int i = 1; i < sizes.length; i++) {
                sampleBytes = sampleBytes * sizes[i];
                if (sampleBytes > Integer.MAX_VALUE) {
                    throw new DataException(
                            in.name + " expects images of at most 2147483647 bytes, but its header says "
                                    + Arrays.toString(sizes) + ". Maybe the file is corrupt.");
                }
            }
            int[] shape = sizes.length == 4 ? Arrays.copyOfRange(sizes, 1, 4) : new int[] {1, sizes[1], sizes[2]};
            return new Header(sizes[0], sampleBytes, Shape.of(shape));
        }
    }

    private static int[] readLabels(Source source, int classes) throws IOException {
        return unpacking(source, in -> {
            int magic = in.readInt();
            if (magic != LABELS) {
                throw new DataException(in.name + " expects the magic number 0x00000801 of labels, but it starts with "
                        + hexadecimal(magic) + "."
                        + (magic == IMAGES || magic == IMAGES_WITH_CHANNELS
                                ? " Maybe images and labels are swapped."
                                : " Maybe it is no IDX file of unsigned bytes."));
            }
            int count = in.readSizes(1)[0];
            in.expect(count);
            byte[] bytes = in.take(count);
            in.finish();
            int[] labels = new int[count];
            for (int i = 0; i < count; i++) {
                labels[i] = bytes[i] & 0xFF;
                if (labels[i] >= classes) {
                    throw new DataException(in.name + " expects labels of 0 … " + (classes - 1) + ", but label " + i
                            + " is " + labels[i] + ". Maybe there are more classes than " + classes + ".");
                }
            }
            return labels;
        });
    }

    private static MemoryDataset readImages(String name, int classes, Input in, int[] labels, String labelsName)
            throws IOException {
        Header header = Header.read(in);
        int count = header.count();
        if (count != labels.length) {
            throw new DataException(labelsName + " expects " + count + " labels, one for each image of " + in.name
                    + ", but it has " + labels.length + ". Maybe the two files belong to different splits.");
        }
        long sampleBytes = header.sampleBytes();
        in.expect(count * sampleBytes);
        int perChunk = MemoryDataset.samplesPerChunk((int) sampleBytes);
        List<byte[]> chunks = new ArrayList<>();
        for (int first = 0; first < count; first += perChunk) {
            chunks.add(in.take(Math.min(perChunk, count - first) * (int) sampleBytes));
        }
        in.finish();
        return new MemoryDataset(name, header.shape(), classes, chunks, labels);
    }

    private static String hexadecimal(int magic) {
        return String.format("0x%08X", magic);
    }

    private interface Reading<T> {
        T from(Input in) throws IOException;
    }

    private static <T> T unpacking(Source source, Reading<T> reading) throws IOException {
        PushbackInputStream packed = new PushbackInputStream(source.stream(), 2);
        byte[] start = packed.readNBytes(2);
        packed.unread(start);
        if (start.length < 2 || ((start[0] & 0xFF) << 8 | (start[1] & 0xFF)) != GZIP) {
            return reading.from(new Input(source.name(), packed));
        }
        try {
            return reading.from(new Input(source.name(), new GZIPInputStream(packed, 1 << 16)));
        } catch (EOFException e) {
            throw new DataException(
                    source.name() + " expects a whole gzip file, but its packed bytes end too early."
                            + " Maybe a copy or a download was cut off.",
                    e);
        } catch (ZipException e) {
            throw new DataException(
                    source.name() + " expects an intact gzip file, but unpacking it fails: " + e.getMessage()
                            + ". Maybe a copy or a download went wrong.",
                    e);
        }
    }

    /** The unpacked bytes, counted. */
    private static final class Input extends FilterInputStream {
        private final String name;
        private long taken;
        private long expected;

        Input(String name, InputStream in) {
            super(in);
            this.name = name;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            taken += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            taken += Math.max(count, 0);
            return count;
        }

        int readInt() throws IOException {
            expect(4);
            return ByteBuffer.wrap(take(4)).getInt();
        }

        int[] readSizes(int dimensions) throws IOException {
            expect(4L * dimensions);
            ByteBuffer header = ByteBuffer.wrap(take(4 * dimensions));
            long[] sizes = new long[dimensions];
            for (int i = 0; i < dimensions; i++) {
                sizes[i] = header.getInt() & 0xFFFFFFFFL;
            }
            for (long size : sizes) {
                if (size < 1 || size > Integer.MAX_VALUE) {
                    throw new DataException(name + " expects sizes of 1 … 2147483647, but its header says "
                            + Arrays.toString(sizes) + ". Maybe the file "
                            + (sizes[0] == 0 ? "holds no samples." : "is corrupt."));
                }
            }
            return Arrays.stream(sizes).mapToInt(size -> (int) size).toArray();
        }

        /** Says that {@code more} bytes have to follow. */
        void expect(long more) {
            expected = taken + more;
        }

        /** The next {@code count} bytes; the array grows with what is there, never with what is claimed. */
        byte[] take(int count) throws IOException {
            byte[] bytes = readNBytes(count);
            if (bytes.length < count) {
                throw new DataException(name + " expects " + expected + " bytes, but it has " + taken
                        + ". Maybe a copy or a download was cut off.");
            }
            return bytes;
        }

        void finish() throws IOException {
            if (read() >= 0) {
                throw new DataException(name + " expects " + expected
                        + " bytes, but more follow. Maybe its header is corrupt, or two files were joined.");
            }
        }
    }
}
