package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class IdxTest {
    private static final byte[] IMAGES = idx(0x803, new int[] {3, 2, 2}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255);
    private static final byte[] LABELS = idx(0x801, new int[] {3}, 2, 0, 9);

    @Test
    void readsImagesAndLabels() throws IOException {
        MemoryDataset dataset = read(IMAGES, LABELS);
        assertThat(dataset.name()).isEqualTo("digits");
        assertThat(dataset.size()).isEqualTo(3);
        assertThat(dataset.classes()).isEqualTo(10);
        assertThat(dataset.sampleShape()).isEqualTo(Shape.of(1, 2, 2));
        assertThat(image(dataset, 0)).containsExactly(0, 1, 2, 3);
        assertThat(image(dataset, 2)).containsExactly(8, 9, 10, 255);
        assertThat(new int[] {dataset.label(0), dataset.label(1), dataset.label(2)})
                .containsExactly(2, 0, 9);
    }

    @Test
    void showsImagesWithoutLabelsOneAfterTheOther() throws IOException {
        List<String> shown = new ArrayList<>();
        Idx.visit(
                source("images.idx.gz", gzip(IMAGES)),
                (index, shape, pixels) -> shown.add(index + " " + shape + " " + pixels[3]));
        assertThat(shown).containsExactly("0 [1, 2, 2] 3", "1 [1, 2, 2] 7", "2 [1, 2, 2] -1");
        assertRefused(
                () -> Idx.visit(source("images.idx", LABELS), (index, shape, pixels) -> {}),
                "images.idx expects the magic number 0x00000803 or 0x00000804 of images, but it starts with 0x00000801."
                        + " Maybe images and labels are swapped.");
        assertRefused(
                () -> Idx.visit(
                        source("images.idx", Arrays.copyOf(IMAGES, IMAGES.length - 1)), (index, shape, pixels) -> {}),
                "images.idx expects 28 bytes, but it has 27. Maybe a copy or a download was cut off.");
    }

    @Test
    void recognisesGzipByContentEachFileOnItsOwn() throws IOException {
        assertThat(image(read(gzip(IMAGES), LABELS), 1)).containsExactly(4, 5, 6, 7);
        assertThat(read(IMAGES, gzip(LABELS)).label(2)).isEqualTo(9);
    }

    @Test
    void readsImagesWithChannels() throws IOException {
        byte[] colour = idx(0x804, new int[] {2, 3, 1, 2}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        MemoryDataset dataset = read(colour, idx(0x801, new int[] {2}, 1, 0));
        assertThat(dataset.sampleShape()).isEqualTo(Shape.of(3, 1, 2));
        assertThat(image(dataset, 1)).containsExactly(7, 8, 9, 10, 11, 12);
    }

    @Test
    void heightComesBeforeWidth() throws IOException {
        MemoryDataset dataset = read(idx(0x803, new int[] {1, 2, 3}, 1, 2, 3, 4, 5, 6), idx(0x801, new int[] {1}, 0));
        assertThat(dataset.sampleShape()).isEqualTo(Shape.of(1, 2, 3));
        assertThat(image(dataset, 0)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void readsMoreThanOneChunkFromAStreamThatGivesLittleAtATime() throws IOException {
        int count = 2500;
        byte[] pixels = new byte[count * 1000];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) ((i * 31) >> 3);
        }
        byte[] images = ByteBuffer.allocate(16 + pixels.length)
                .putInt(0x803)
                .putInt(count)
                .putInt(10)
                .putInt(100)
                .put(pixels)
                .array();
        byte[] labels = Arrays.copyOf(idx(0x801, new int[] {count}), 8 + count);
        InputStream slow = new ByteArrayInputStream(images) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 777));
            }
        };
        MemoryDataset dataset =
                Idx.read("digits", 10, new Idx.Source("images.idx", slow), source("labels.idx", labels));
        for (int i = 0; i < count; i++) {
            assertThat(image(dataset, i))
                    .as("image %d", i)
                    .isEqualTo(Arrays.copyOfRange(pixels, i * 1000, (i + 1) * 1000));
        }
    }

    @Test
    void aTruncatedFileSaysHowMuchIsThere() {
        assertRefused(
                () -> read(Arrays.copyOf(IMAGES, 20), LABELS),
                "images.idx expects 28 bytes, but it has 20. Maybe a copy or a download was cut off.");
        assertRefused(
                () -> read(IMAGES, Arrays.copyOf(LABELS, 10)),
                "labels.idx expects 11 bytes, but it has 10. Maybe a copy or a download was cut off.");
        assertRefused(
                () -> read(gzip(Arrays.copyOf(IMAGES, 20)), LABELS),
                "images.idx expects 28 bytes, but it has 20. Maybe a copy or a download was cut off.");
    }

    @Test
    void aTruncatedHeaderSaysSo() {
        assertRefused(
                () -> read(IMAGES, new byte[0]),
                "labels.idx expects 4 bytes, but it has 0. Maybe a copy or a download was cut off.");
        assertRefused(
                () -> read(Arrays.copyOf(IMAGES, 1), LABELS),
                "images.idx expects 4 bytes, but it has 1. Maybe a copy or a download was cut off.");
        assertRefused(
                () -> read(Arrays.copyOf(IMAGES, 13), LABELS),
                "images.idx expects 16 bytes, but it has 13. Maybe a copy or a download was cut off.");
    }

    @Test
    void trailingBytesAreRefused() {
        assertRefused(
                () -> read(Arrays.copyOf(IMAGES, 29), LABELS),
                "images.idx expects 28 bytes, but more follow."
                        + " Maybe its header is corrupt, or two files were joined.");
        assertRefused(
                () -> read(IMAGES, gzip(Arrays.copyOf(LABELS, 12))),
                "labels.idx expects 11 bytes, but more follow."
                        + " Maybe its header is corrupt, or two files were joined.");
    }

    @Test
    void swappedFilesAreNoticed() {
        assertRefused(
                () -> read(LABELS, IMAGES),
                "labels.idx expects the magic number 0x00000801 of labels, but it starts with 0x00000803."
                        + " Maybe images and labels are swapped.");
        assertRefused(
                () -> read(IMAGES, idx(0x804, new int[] {1, 1, 1, 1}, 0)),
                "labels.idx expects the magic number 0x00000801 of labels, but it starts with 0x00000804."
                        + " Maybe images and labels are swapped.");
        assertRefused(
                () -> read(LABELS, LABELS),
                "images.idx expects the magic number 0x00000803 or 0x00000804 of images, but it starts with"
                        + " 0x00000801. Maybe images and labels are swapped.");
    }

    @Test
    void otherFilesAreNoticed() {
        assertRefused(
                () -> read(idx(0x504B0304, new int[] {1, 1, 1}, 0), LABELS),
                "images.idx expects the magic number 0x00000803 or 0x00000804 of images, but it starts with"
                        + " 0x504B0304. Maybe it is no IDX file of unsigned bytes.");
        assertRefused(
                () -> read(IMAGES, idx(0xD01, new int[] {1}, 0)),
                "labels.idx expects the magic number 0x00000801 of labels, but it starts with 0x00000D01."
                        + " Maybe it is no IDX file of unsigned bytes.");
    }

    @Test
    void countsHaveToAgree() {
        assertRefused(
                () -> read(IMAGES, idx(0x801, new int[] {2}, 0, 1)),
                "labels.idx expects 3 labels, one for each image of images.idx, but it has 2."
                        + " Maybe the two files belong to different splits.");
    }

    @Test
    void labelsStayBelowTheNumberOfClasses() {
        assertRefused(
                () -> Idx.read("digits", 9, source("images.idx", IMAGES), source("labels.idx", LABELS)),
                "labels.idx expects labels of 0 … 8, but label 2 is 9. Maybe there are more classes than 9.");
    }

    @Test
    void filesWithoutSamplesAreRefused() {
        assertRefused(
                () -> read(IMAGES, idx(0x801, new int[] {0})),
                "labels.idx expects sizes of 1 … 2147483647, but its header says [0]."
                        + " Maybe the file holds no samples.");
        assertRefused(
                () -> read(idx(0x803, new int[] {0, 28, 28}), LABELS),
                "images.idx expects sizes of 1 … 2147483647, but its header says [0, 28, 28]."
                        + " Maybe the file holds no samples.");
    }

    @Test
    void headersThatClaimTooMuchCostNoMemory() {
        assertRefused(
                () -> read(idx(0x803, new int[] {3, -1, 28}, 1, 2), LABELS),
                "images.idx expects sizes of 1 … 2147483647, but its header says [3, 4294967295, 28]."
                        + " Maybe the file is corrupt.");
        assertRefused(
                () -> read(idx(0x804, new int[] {3, 65536, 65536, 65536}, 1, 2), LABELS),
                "images.idx expects images of at most 2147483647 bytes, but its header says [3, 65536, 65536, 65536]."
                        + " Maybe the file is corrupt.");
        assertRefused(
                () -> read(idx(0x803, new int[] {3, 46340, 46340}, 1, 2), LABELS),
                "images.idx expects 6442186816 bytes, but it has 18. Maybe a copy or a download was cut off.");
        assertRefused(
                () -> read(IMAGES, idx(0x801, new int[] {Integer.MAX_VALUE}, 1, 2)),
                "labels.idx expects 2147483655 bytes, but it has 10. Maybe a copy or a download was cut off.");
    }

    @Test
    void aCutGzipFileSaysSo() {
        byte[] packed = gzip(IMAGES);
        assertRefused(
                () -> read(Arrays.copyOf(packed, packed.length - 9), LABELS),
                "images.idx expects a whole gzip file, but its packed bytes end too early."
                        + " Maybe a copy or a download was cut off.");
        assertRefused(
                () -> read(IMAGES, new byte[] {0x1f, (byte) 0x8b}),
                "labels.idx expects a whole gzip file, but its packed bytes end too early."
                        + " Maybe a copy or a download was cut off.");
    }

    @Test
    void aCorruptGzipFileSaysSo() {
        byte[] packed = gzip(IMAGES);
        packed[packed.length - 6] ^= 1;
        assertRefused(
                () -> read(packed, LABELS),
                "images.idx expects an intact gzip file, but unpacking it fails: Corrupt GZIP trailer."
                        + " Maybe a copy or a download went wrong.");
    }

    @Test
    void aFailingStreamIsNotTakenForBadData() {
        InputStream failing = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                throw new IOException("connection reset");
            }
        };
        assertThatThrownBy(() ->
                        Idx.read("digits", 10, source("images.idx", IMAGES), new Idx.Source("labels.idx", failing)))
                .isInstanceOf(IOException.class)
                .hasMessage("connection reset");
    }

    private static void assertRefused(ThrowingCallable reading, String message) {
        assertThatThrownBy(reading).isInstanceOf(DataException.class).hasMessage(message);
    }

    private static MemoryDataset read(byte[] images, byte[] labels) throws IOException {
        return Idx.read("digits", 10, source("images.idx", images), source("labels.idx", labels));
    }

    private static Idx.Source source(String name, byte[] bytes) {
        return new Idx.Source(name, new ByteArrayInputStream(bytes));
    }

    private static byte[] idx(int magic, int[] sizes, int... values) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * sizes.length + values.length);
        file.putInt(magic);
        for (int size : sizes) {
            file.putInt(size);
        }
        for (int value : values) {
            file.put((byte) value);
        }
        return file.array();
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static byte[] image(Dataset dataset, int index) {
        byte[] pixels = new byte[(int) dataset.sampleShape().count()];
        dataset.read(index, pixels);
        return pixels;
    }
}
