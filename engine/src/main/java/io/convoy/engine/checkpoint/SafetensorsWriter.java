package io.convoy.engine.checkpoint;

import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a <a href="https://huggingface.co/docs/safetensors">safetensors</a> file: the length of the header in 8 bytes,
 * the header in JSON, the values, all little-endian. The same tensors give the same bytes, in whatever order they were
 * added: 8-byte elements come first, so that everything is aligned, and names are sorted.
 *
 * <p>Values are not copied: they are read when the file is written, through one buffer of 64 KiB.
 */
public final class SafetensorsWriter {
    private static final int CHUNK_BYTES = 1 << 16;

    /** Writes the elements {@code from} … {@code to} − 1. */
    private interface Values {
        void put(int from, int to, ByteBuffer into);
    }

    private record Added(String name, DataType type, Shape shape, Values values) {}

    private final Map<String, Added> tensors = new TreeMap<>();
    private final SortedMap<String, String> metadata = new TreeMap<>();

    /** Adds the F32 tensor {@code name}, whose values lie row-major in {@code values} from index {@code offset} on. */
    public SafetensorsWriter add(String name, Shape shape, float[] values, int offset) {
        requireLength(name, shape, values.length - offset);
        Objects.checkFromIndexSize(offset, (int) shape.count(), values.length);
        return add(new Added(name, DataType.F32, shape, (from, to, into) -> {
            for (int i = offset + from; i < offset + to; i++) {
                // The raw bits: a NaN keeps its payload.
                into.putInt(Float.floatToRawIntBits(values[i]));
            }
        }));
    }

    /** Adds the I64 tensor {@code name}. */
    public SafetensorsWriter add(String name, Shape shape, long... values) {
        requireLength(name, shape, values.length);
        return add(new Added(name, DataType.I64, shape, (from, to, into) -> {
            for (int i = from; i < to; i++) {
                into.putLong(values[i]);
            }
        }));
    }

    private static void requireLength(String name, Shape shape, long length) {
        if (shape.count() > length) {
            throw new IllegalArgumentException("SafetensorsWriter expects " + shape.count() + " values for \"" + name
                    + "\" " + shape + ", but it got " + length + ".");
        }
    }

    private SafetensorsWriter add(Added tensor) {
        if (tensor.name().equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("SafetensorsWriter expects a tensor's name, but it got \""
                    + SafetensorsHeader.METADATA + "\", which the format keeps for itself.");
        }
        if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
            throw new IllegalArgumentException(
                    "SafetensorsWriter expects each tensor once, but it got \"" + tensor.name() + "\" twice.");
        }
        return this;
    }

    /** Adds free text to the header, e.g. the step. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /** Writes the file; the stream stays open. */
    public void writeTo(OutputStream out) throws IOException {
        List<Added> ordered = new ArrayList<>(tensors.values());
        // Stable: names stay sorted among elements of one size.
        ordered.sort(
                Comparator.comparingInt((Added tensor) -> tensor.type().bytes()).reversed());
        List<StoredTensor> stored = new ArrayList<>();
        long begin = 0;
        for (Added tensor : ordered) {
            StoredTensor entry = new StoredTensor(tensor.name(), tensor.type(), tensor.shape(), begin);
            stored.add(entry);
            begin = entry.end();
        }
        byte[] header = new SafetensorsHeader(metadata, stored).render();
        byte[] chunk = new byte[CHUNK_BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(header.length);
        out.write(chunk, 0, Long.BYTES);
        out.write(header);
        for (Added tensor : ordered) {
            int count = (int) tensor.shape().count();
            int step = CHUNK_BYTES / tensor.type().bytes();
            int from = 0;
            while (from < count) {
                int to = from + Math.min(step, count - from);
                buffer.clear();
                tensor.values().put(from, to, buffer);
                out.write(chunk, 0, buffer.position());
                from = to;
            }
        }
        out.flush();
    }
}
