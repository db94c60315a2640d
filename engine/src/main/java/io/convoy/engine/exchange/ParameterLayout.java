package io.convoy.engine.exchange;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where every parameter lies in the flat parameter vector, and how that vector is cut. A pure function of the parameters
 * and the configuration, so that every worker and every shard computes the same one.
 *
 * <p>Tensors follow each other in the network's order, each starting at a multiple of {@value #ALIGNMENT} floats (the gap is
 * zero and stays zero). Cuts lie only at the start of a tensor or a multiple of {@value #BLOCK} floats behind it, because
 * norms are sums over such blocks.
 */
public final class ParameterLayout {
    /** Floats to which tensors are aligned: a cache line. */
    public static final int ALIGNMENT = 16;

    /** Floats in a block, the unit of norms and cuts. */
    public static final int BLOCK = 1024;

    /** The largest part, so that a frame stays small: 256 Ki floats, 1 MiB. */
    public static final int MAX_PART = 256 * BLOCK;

    /** The longest flat vector: what a Java array holds, with room for the last block. */
    public static final int MAX_LENGTH = Integer.MAX_VALUE - 2 * BLOCK + 1;

    /**
     * A parameter's place.
     *
     * @param name PyTorch's name, e.g. {@code conv1.weight}
     * @param shape its sizes
     * @param offset its first float in the flat vector
     * @param normalization whether it belongs to a normalising layer
     */
    public record Entry(String name, Shape shape, int offset, boolean normalization) {
        public int length() {
            return (int) shape.count();
        }
    }

    /**
     * A parameter without a place: what a network asks for.
     *
     * @param normalization whether it belongs to a normalising layer, such as BatchNorm
     */
    public record Parameter(String name, Shape shape, boolean normalization) {
        /** A parameter of a layer that does not normalise. */
        public Parameter(String name, Shape shape) {
            this(name, shape, false);
        }
    }

    /**
     * The floats of one tensor that lie in one part, without the gap behind them. They begin at a block's start.
     *
     * @param tensor the index of its entry
     * @param offset the first float in the flat vector
     * @param length at least 1
     */
    record Piece(int tensor, int offset, int length) {
        int blocks() {
            return (length + BLOCK - 1) / BLOCK;
        }
    }

    private final List<Entry> entries;
    private final List<Part> parts;
    private final int length;
    private final int shards;
    private final int buckets;

    /**
     * Lays out {@code parameters}.
     *
     * @param bucketFloats a bucket is closed at the first tensor boundary, counted from the last layer, where it holds at
     *     least so many floats; at least 1
     * @param shards the number of virtual shards, at least 1; a small network may leave some empty
     */
    public ParameterLayout(List<Parameter> parameters, int bucketFloats, int shards) {
        if (bucketFloats < 1 || shards < 1) {
            throw new IllegalArgumentException(
                    "ParameterLayout expects at least 1 float a bucket and 1 shard, but it got " + bucketFloats
                            + " floats and " + shards + " shards.");
        }
        List<Entry> placed = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int offset = 0;
        for (Parameter parameter : parameters) {
            if (!names.add(parameter.name())) {
                throw new IllegalArgumentException("ParameterLayout expects each parameter once, but \""
                        + parameter.name() + "\" is there twice.");
            }
            placed.add(new Entry(parameter.name(), parameter.shape(), offset, parameter.normalization()));
            long count = parameter.shape().count();
            if (count > MAX_LENGTH - offset) {
                throw new IllegalArgumentException("ParameterLayout expects at most " + MAX_LENGTH
                        + " floats, but \"" + parameter.name() + "\" " + parameter.shape() + " comes after " + offset
                        + ".");
            }
            offset += aligned((int) count);
        }
        this.entries = List.copyOf(placed);
        this.length = offset;
        this.shards = shards;
        int[] bucketOf = buckets(bucketFloats);
        this.buckets = bucketOf.length == 0 ? 0 : bucketOf[0] + 1;
        this.parts = List.copyOf(cut(bucketOf));
    }

    private static int aligned(int count) {
        return (count + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** The bucket of each entry. */
    private int[] buckets(int bucketFloats) {
        int[] bucketOf = new int[entries.size()];
        int bucket = 0;
        long floats = 0;
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (floats >= bucketFloats) {
                bucket++;
                floats = 0;
            }
            bucketOf[i] = bucket;
            floats += entries.get(i).length();
        }
        return bucketOf;
    }

    private List<Part> cut(int[] bucketOf) {
        List<Part> cut = new ArrayList<>();
        int begin = 0;
        int beginShard = 0;
        int beginBucket = 0;
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            int end = entry.offset() + aligned(entry.length());
            for (int block = entry.offset(); block < end; block += BLOCK) {
                int shard = (int) ((long) block * shards / length);
                boolean cutHere = shard != beginShard
                        || bucketOf[i] != beginBucket
                        || Math.min(block + BLOCK, end) - begin > MAX_PART;
                if (cutHere && block > begin) {
                    cut.add(new Part(cut.size(), beginShard, beginBucket, begin, block - begin));
                    begin = block;
                }
                beginShard = shard;
                beginBucket = bucketOf[i];
            }
        }
        if (length > begin) {
            cut.add(new Part(cut.size(), beginShard, beginBucket, begin, length - begin));
        }
        return cut;
    }

    /** The pieces of tensors in {@code part}, in order. */
    List<Piece> pieces(Part part) {
        List<Piece> pieces = new ArrayList<>();
        for (int tensor = firstTensor(part); tensor < entries.size(); tensor++) {
            Entry entry = entries.get(tensor);
            if (entry.offset() >= part.end()) {
                break;
            }
            int begin = Math.max(entry.offset(), part.offset());
            int end = Math.min(entry.offset() + entry.length(), part.end());
            if (begin < end) {
                pieces.add(new Piece(tensor, begin, end - begin));
            }
        }
        return pieces;
    }

    /** The last tensor that begins at or before the part's first float. */
    private int firstTensor(Part part) {
        int low = 0;
        int high = entries.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (entries.get(middle).offset() <= part.offset()) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Blocks of tensors in {@code part}. */
    int blocks(Part part) {
        return pieces(part).stream().mapToInt(Piece::blocks).sum();
    }

    /** The parameters in the network's order. */
    public List<Entry> entries() {
        return entries;
    }

    /** The parts in order of their offset; together they hold every float once. */
    public List<Part> parts() {
        return parts;
    }

    /** Floats in the flat vector, gaps included. */
    public int length() {
        return length;
    }

    /** Virtual shards, as configured. */
    public int shards() {
        return shards;
    }

    /** Buckets; bucket 0 holds the last layer. */
    public int buckets() {
        return buckets;
    }

    /** The place of the parameter called {@code name}. */
    public Entry entry(String name) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("ParameterLayout expects the name of one of its "
                        + entries.size() + " parameters, but it got \"" + name + "\"."));
    }
}
