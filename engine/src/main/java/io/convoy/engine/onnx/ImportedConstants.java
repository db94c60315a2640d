package io.convoy.engine.onnx;

import static java.util.Map.entry;

import io.convoy.engine.layer.LearnedScalars;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * What exporters compute of constants and of sizes. The size of the batch is a number of its own,
 * {@link ImportedValue#BATCH}, which may be moved about but not be counted with.
 */
final class ImportedConstants {
    static final Map<String, ImportRule> RULES = Map.ofEntries(
            entry("Constant", ImportedConstants::constant),
            entry("Shape", ImportedConstants::sizes),
            entry("Gather", ImportedConstants::gather),
            entry("Cast", ImportedConstants::cast),
            entry("Expand", ImportedConstants::expand));

    private ImportedConstants() {}

    private static void constant(ImportedNode node) {
        String name = node.outputName();
        if (node.has("value")) {
            node.put(named(node.tensor("value"), name));
        } else if (node.has("value_float")) {
            node.put(new OnnxTensor.Floats(name, Shape.of(), (float) node.number("value_float", 0)));
        } else if (node.has("value_floats")) {
            float[] values = node.reals("value_floats");
            node.put(new OnnxTensor.Floats(name, Shape.of(values.length), values));
        } else if (node.has("value_int")) {
            node.put(new OnnxTensor.Wholes(name, Shape.of(), node.whole("value_int", 0)));
        } else if (node.has("value_ints")) {
            long[] values = node.wides("value_ints");
            node.put(new OnnxTensor.Wholes(name, Shape.of(values.length), values));
        } else {
            throw node.refused("a constant of numbers", "it has another", "");
        }
    }

    /** The same values under another name and, if it isn't the same, in another shape. */
    private static OnnxTensor shaped(ImportedNode node, OnnxTensor tensor, String name, Shape shape) {
        if (shape.count() != tensor.shape().count()) {
            throw node.refused(tensor.shape().count() + " values", "it is told to be " + shape, "");
        }
        if (tensor instanceof OnnxTensor.Floats floats) {
            return new OnnxTensor.Floats(name, shape, floats.values(), floats.from());
        }
        if (tensor instanceof OnnxTensor.Wholes wholes) {
            return new OnnxTensor.Wholes(name, shape, wholes.values());
        }
        return new OnnxTensor.Foreign(name, shape, tensor instanceof OnnxTensor.Foreign other ? other.type() : "");
    }

    private static OnnxTensor named(OnnxTensor tensor, String name) {
        return tensor instanceof OnnxTensor.Floats floats
                ? new OnnxTensor.Floats(name, floats.shape(), floats.values(), floats.from())
                : tensor instanceof OnnxTensor.Wholes wholes
                        ? new OnnxTensor.Wholes(name, wholes.shape(), wholes.values())
                        : tensor;
    }

    private static void sizes(ImportedNode node) {
        OnnxTensor known = node.known(0);
        Shape shape = known != null ? known.shape() : node.shape(0);
        long[] sizes = shape.toList().stream().mapToLong(Integer::longValue).toArray();
        if (known == null && !node.oneSample() && sizes.length > 0) {
            sizes[0] = ImportedValue.BATCH;
        }
        int from = bounded(node.whole("start", 0), sizes.length);
        int to = Math.max(from, bounded(node.whole("end", sizes.length), sizes.length));
        long[] part = Arrays.copyOfRange(sizes, from, to);
        node.put(new OnnxTensor.Wholes(node.outputName(), Shape.of(part.length), part));
    }

    private static int bounded(long place, int length) {
        return (int) Math.max(0, Math.min(length, place < 0 ? place + length : place));
    }

    /** Of a vector. */
    private static void gather(ImportedNode node) {
        long[] values = node.wholes(0);
        long[] indices = node.wholes(1);
        OnnxTensor places = node.known(1);
        if (places == null
                || (node.known(0) instanceof OnnxTensor.Wholes from
                        && from.shape().rank() != 1)) {
            throw node.refused("a constant vector", "its input has other dimensions", "");
        }
        long[] gathered = new long[indices.length];
        for (int i = 0; i < indices.length; i++) {
            long index = indices[i] < 0 ? indices[i] + values.length : indices[i];
            if (index < 0 || index >= values.length) {
                throw node.refused("indices of " + values.length + " values", "there is " + indices[i], "");
            }
            gathered[i] = values[(int) index];
        }
        node.put(new OnnxTensor.Wholes(node.outputName(), places.shape(), gathered));
    }

    private static void cast(ImportedNode node) {
        OnnxTensor known = node.known(0);
        long to = node.whole("to", 0);
        boolean toFloat = to == OnnxTensor.FLOAT;
        if (known instanceof OnnxTensor.Wholes wholes && !toFloat && to != 10 && to != 11 && to != 16) {
            node.put(shaped(node, wholes, node.outputName(), wholes.shape()));
        } else if (known instanceof OnnxTensor.Floats floats && toFloat) {
            node.put(shaped(node, floats, node.outputName(), floats.shape()));
        } else if (known == null && toFloat) {
            node.put(node.port(0));
        } else {
            throw node.refused(
                    "to leave floats and whole numbers what they are",
                    "it casts to " + OnnxTensor.typeName(to),
                    "export it in float32");
        }
    }

    /** Numbers once for each sample. */
    private static void expand(ImportedNode node) {
        long[] sizes = node.wholes(1);
        OnnxTensor.Floats tensor = node.floats(0);
        int count = Math.toIntExact(tensor.shape().count());
        boolean each = sizes.length == 2
                && sizes[0] == ImportedValue.BATCH
                && sizes[1] == count
                && tensor.shape().rank() <= 1;
        if (!each) {
            throw node.refused(
                    "a constant vector once for each sample",
                    tensor.name() + " is " + tensor.shape() + " and to become "
                            + Arrays.toString(sizes).replace(Long.toString(ImportedValue.BATCH), "N"),
                    "");
        }
        node.put(node.add(
                node.scope(tensor, "value"),
                new LearnedScalars(count),
                Map.of("value", ImportedNode.flat(tensor)),
                node.graph().anyInput()));
    }

    /** Puts a constant input as it is; false if it is computed. */
    static boolean passed(ImportedNode node) {
        OnnxTensor known = node.known(0);
        if (known != null) {
            // It keeps its name, which may be a parameter's.
            node.put(known);
        }
        return known != null;
    }

    /** Reshapes a constant; false if the input is computed. */
    static boolean reshaped(ImportedNode node, long... wanted) {
        OnnxTensor known = node.known(0);
        if (known == null) {
            return false;
        }
        int[] sizes = new int[wanted.length];
        long rest = 1;
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] =
                    wanted[i] == 0 && i < known.shape().rank() ? known.shape().size(i) : Math.toIntExact(wanted[i]);
            rest = Math.multiplyExact(rest, Math.abs(sizes[i]));
        }
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == -1 && rest > 0) {
                sizes[i] = Math.toIntExact(known.shape().count() / rest);
            }
        }
        node.put(shaped(node, known, known.name(), Shape.of(sizes)));
        return true;
    }

    /** Adds or takes sizes of 1 of a constant; false if the input is computed. */
    static boolean squeezed(ImportedNode node, long[] axes, boolean adds) {
        OnnxTensor known = node.known(0);
        if (known == null) {
            return false;
        }
        node.put(shaped(node, known, known.name(), squeezed(node, known.shape(), axes, adds)));
        return true;
    }

    /** A shape with sizes of 1 more or less. */
    static Shape squeezed(ImportedNode node, Shape shape, long[] axes, boolean adds) {
        List<Integer> sizes = new ArrayList<>(shape.toList());
        int rank = adds ? sizes.size() + axes.length : sizes.size();
        int[] places = LongStream.of(axes)
                .mapToInt(axis -> Math.floorMod(Math.toIntExact(axis), Math.max(1, rank)))
                .sorted()
                .distinct()
                .toArray();
        if (adds) {
            for (int place : places) {
                sizes.add(Math.min(place, sizes.size()), 1);
            }
        } else if (axes.length == 0) {
            sizes.removeIf(size -> size == 1);
        } else {
            for (int i = places.length - 1; i >= 0; i--) {
                if (places[i] >= sizes.size() || sizes.get(places[i]) != 1) {
                    throw node.refused("axes of size 1", "its input is " + shape, "");
                }
                sizes.remove(places[i]);
            }
        }
        return Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Transposes a constant of floats; false if the input is computed. */
    static boolean transposed(ImportedNode node, int[] perm) {
        OnnxTensor known = node.known(0);
        if (known == null) {
            return false;
        }
        OnnxTensor.Floats floats = node.floats(0);
        Shape shape = floats.shape();
        int rank = shape.rank();
        int[] strides = new int[rank];
        int stride = 1;
        for (int axis = rank - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.size(axis);
        }
        if (perm.length != rank
                || !Arrays.equals(
                        Arrays.stream(perm).sorted().toArray(),
                        LongStream.range(0, rank).mapToInt(i -> (int) i).toArray())) {
            throw node.refused("every dimension once", "perm is " + Arrays.toString(perm), "");
        }
        int[] sizes = Arrays.stream(perm).map(shape::size).toArray();
        float[] from = ImportedNode.flat(floats);
        float[] to = new float[from.length];
        int[] index = new int[rank];
        for (int i = 0; i < to.length; i++) {
            int place = 0;
            for (int axis = 0; axis < rank; axis++) {
                place += index[axis] * strides[perm[axis]];
            }
            to[i] = from[place];
            for (int axis = rank - 1; axis >= 0 && ++index[axis] == sizes[axis]; axis--) {
                index[axis] = 0;
            }
        }
        // Its name may be a parameter's; the values no longer are in that order, but they are transposed back by
        // whoever reads
        // them as a weight.
        node.put(new OnnxTensor.Floats(floats.name(), Shape.of(sizes), to));
        return true;
    }

    /** Whether all inputs are constant whole numbers. */
    static boolean areWholes(ImportedNode node) {
        boolean all = true;
        for (int i = 0; i < node.inputCount(); i++) {
            all &= node.isKnown(i) && node.known(i) instanceof OnnxTensor.Wholes;
        }
        return all;
    }

    /** Vectors one behind the other. */
    static void concat(ImportedNode node) {
        long[] all = new long[0];
        for (int i = 0; i < node.inputCount(); i++) {
            long[] next = node.wholes(i);
            int before = all.length;
            all = Arrays.copyOf(all, before + next.length);
            System.arraycopy(next, 0, all, before, next.length);
        }
        node.put(new OnnxTensor.Wholes(node.outputName(), Shape.of(all.length), all));
    }

    /** A run of a vector. */
    static void slice(ImportedNode node, long from, long to) {
        long[] values = node.wholes(0);
        int begin = bounded(from, values.length);
        int end = Math.max(begin, bounded(to, values.length));
        long[] part = Arrays.copyOfRange(values, begin, end);
        node.put(new OnnxTensor.Wholes(node.outputName(), Shape.of(part.length), part));
    }
}
