package io.convoy.engine.data;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Images held in memory as bytes, in chunks, so that they may exceed the size of one Java array. */
public final class MemoryDataset implements Dataset {
    private static final int CHUNK_BYTES = 1 << 20;

    private final String name;
    private final Shape sampleShape;
    private final int classes;
    private final List<byte[]> chunks;
    private final int[] labels;
    private final int sampleBytes;
    private final int samplesPerChunk;

    /** Takes over chunks of {@link #samplesPerChunk} whole samples each, the last one shorter, and the labels. */
    MemoryDataset(String name, Shape sampleShape, int classes, List<byte[]> chunks, int[] labels) {
        this.name = name;
        this.sampleShape = sampleShape;
        this.classes = classes;
        this.chunks = chunks;
        this.labels = labels;
        sampleBytes = sampleBytes(name, sampleShape);
        samplesPerChunk = samplesPerChunk(sampleBytes);
        if (labels.length == 0) {
            throw new DataException(name + " expects at least 1 sample, but it has 0.");
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new DataException(name + " expects labels of 0 … " + (classes - 1) + ", but sample " + i
                        + " has label " + labels[i] + ". Maybe there are more classes than " + classes + ".");
            }
        }
    }

    /**
     * A data set of copies of the given images.
     *
     * @param images one array of C·H·W unsigned bytes a sample, row-major, channel first
     * @param labels one label a sample, 0 … classes − 1
     * @throws DataException if counts, lengths or labels don't fit
     */
    public static MemoryDataset of(
            String name, Shape sampleShape, int classes, List<byte[]> images, List<Integer> labels) {
        if (images.size() != labels.size()) {
            throw new DataException(name + " expects one label for each of its " + images.size()
                    + " images, but it got " + labels.size() + " labels.");
        }
        int sampleBytes = sampleBytes(name, sampleShape);
        List<byte[]> chunks = allocate(images.size(), sampleBytes);
        int perChunk = samplesPerChunk(sampleBytes);
        for (int i = 0; i < images.size(); i++) {
            byte[] image = images.get(i);
            if (image.length != sampleBytes) {
                throw new DataException(name + " expects " + sampleBytes + " bytes for an image of " + sampleShape
                        + ", but image " + i + " has " + image.length + ".");
            }
            System.arraycopy(image, 0, chunks.get(i / perChunk), i % perChunk * sampleBytes, sampleBytes);
        }
        return new MemoryDataset(
                name,
                sampleShape,
                classes,
                chunks,
                labels.stream().mapToInt(Integer::intValue).toArray());
    }

    /** What {@code source} holds or draws, read once by {@code threads} threads; the result is the same for any number. */
    public static MemoryDataset copyOf(Dataset source, int threads) throws InterruptedException {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "MemoryDataset.copyOf expects at least 1 thread, but it got " + threads + ".");
        }
        if (source.targetShape().rank() != 0) {
            throw new DataException("MemoryDataset expects samples with a label alone, but the targets of "
                    + source.name() + " are " + source.targetShape() + ".");
        }
        int size = source.size();
        int sampleBytes = sampleBytes(source.name(), source.sampleShape());
        int perChunk = samplesPerChunk(sampleBytes);
        List<byte[]> chunks = allocate(size, sampleBytes);
        int[] labels = new int[size];
        ExecutorService readers = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> tasks = new ArrayList<>();
            for (int c = 0; c < chunks.size(); c++) {
                int first = c * perChunk;
                byte[] chunk = chunks.get(c);
                tasks.add(readers.submit(() -> {
                    byte[] pixels = new byte[sampleBytes];
                    for (int i = 0; i * sampleBytes < chunk.length; i++) {
                        source.read(first + i, pixels);
                        System.arraycopy(pixels, 0, chunk, i * sampleBytes, sampleBytes);
                        labels[first + i] = source.label(first + i);
                    }
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DataException cause) {
                throw cause;
            }
            throw new IllegalStateException(source.name() + " could not be read: " + e.getCause(), e.getCause());
        } finally {
            readers.shutdownNow();
        }
        return new MemoryDataset(source.name(), source.sampleShape(), source.classes(), chunks, labels);
    }

    /** How many samples of {@code sampleBytes} bytes share a chunk. */
    static int samplesPerChunk(int sampleBytes) {
        return Math.max(1, CHUNK_BYTES / sampleBytes);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public Shape sampleShape() {
        return sampleShape;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public void read(int index, byte[] pixels) {
        System.arraycopy(
                chunks.get(index / samplesPerChunk), index % samplesPerChunk * sampleBytes, pixels, 0, sampleBytes);
    }

    private static int sampleBytes(String name, Shape shape) {
        if (shape.rank() != 3 || shape.count() < 1 || shape.count() > Integer.MAX_VALUE) {
            throw new DataException(
                    name + " expects samples of [C, H, W] with 1 … 2147483647 values, but theirs is " + shape + ".");
        }
        return (int) shape.count();
    }

    private static List<byte[]> allocate(int samples, int sampleBytes) {
        int perChunk = samplesPerChunk(sampleBytes);
        List<byte[]> chunks = new ArrayList<>();
        for (int first = 0; first < samples; first += perChunk) {
            chunks.add(new byte[Math.min(perChunk, samples - first) * sampleBytes]);
        }
        return chunks;
    }
}
