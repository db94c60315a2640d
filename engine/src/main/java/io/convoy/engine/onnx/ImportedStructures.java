package io.convoy.engine.onnx;

import static java.util.Map.entry;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Identity;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Permute;
import io.convoy.engine.layer.PixelShuffle;
import io.convoy.engine.layer.PixelUnshuffle;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.layer.Split;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Whatever moves values about. */
final class ImportedStructures {
    static final Map<String, ImportRule> RULES = Map.ofEntries(
            entry("Identity", ImportedStructures::identity),
            entry("Flatten", ImportedStructures::flatten),
            entry("Reshape", ImportedStructures::reshape),
            entry("Squeeze", node -> squeeze(node, false)),
            entry("Unsqueeze", node -> squeeze(node, true)),
            entry("Transpose", ImportedStructures::transpose),
            entry("Concat", ImportedStructures::concat),
            entry("Split", ImportedStructures::split),
            entry("Slice", ImportedStructures::slice),
            entry("Pad", ImportedStructures::pad),
            entry("DepthToSpace", ImportedStructures::depthToSpace),
            entry("SpaceToDepth", ImportedStructures::spaceToDepth));

    private ImportedStructures() {}

    private static void identity(ImportedNode node) {
        if (!ImportedConstants.passed(node)) {
            node.put(node.add(new Identity(), node.port(0)));
        }
    }

    /** The dimensions before the axis are the batch. */
    private static void flatten(ImportedNode node) {
        if (node.isKnown(0)) {
            throw node.refused("an input that is computed", "it is constant", "");
        }
        Port x = node.port(0);
        int rank = node.shape(x).rank();
        long axis = node.whole("axis", 1);
        if (!node.oneSample()) {
            if (rank < 2 || (axis != 1 && axis + rank != 1)) {
                throw node.mixing();
            }
            node.put(node.add(new Flatten(), x));
            return;
        }
        int first = axis == rank ? rank : node.axis(axis, rank) - 1;
        int rows = 1;
        int columns = 1;
        for (int i = 0; i < rank; i++) {
            rows *= i < first ? node.shape(x).size(i) : 1;
            columns *= i < first ? 1 : node.shape(x).size(i);
        }
        node.put(node.add(Reshape.of(rows, columns), x));
    }

    private static void reshape(ImportedNode node) {
        long[] wanted = node.wides("shape", 1);
        if (ImportedConstants.reshaped(node, wanted)) {
            return;
        }
        Port x = node.port(0);
        Shape shape = node.shape(x);
        List<Integer> sizes = new ArrayList<>();
        int open = 0;
        for (int i = 0; i < wanted.length; i++) {
            long size = wanted[i];
            if (size == 0 && node.flag("allowzero")) {
                throw node.refused("sizes of at least 1", "one is 0", "");
            }
            if (size == 0 && i >= shape.rank()) {
                throw node.refused("sizes of 0 where its input has some", "its input is " + shape, "");
            }
            open += size == -1 ? 1 : 0;
            if (i > 0 && size == ImportedValue.BATCH && !node.oneSample()) {
                throw node.mixing();
            }
            sizes.add(size == 0 ? shape.size(i) : size == ImportedValue.BATCH ? 0 : Math.toIntExact(size));
        }
        if (node.oneSample()) {
            shaped(node, x, sizes);
            return;
        }
        if (sizes.isEmpty() || !keepsBatch(node, wanted[0], sizes, shape, open)) {
            throw node.mixing();
        }
        shaped(node, x, sizes.subList(1, sizes.size()));
    }

    /** Whether the first size is the batch's, said so or implied. */
    private static boolean keepsBatch(ImportedNode node, long first, List<Integer> sizes, Shape x, int open) {
        if (first == 0 || first == ImportedValue.BATCH) {
            return true;
        }
        if (first == -1) {
            long rest = 1;
            for (int size : sizes.subList(1, sizes.size())) {
                rest *= size;
            }
            return open == 1 && x.rank() > 0 && rest == x.sample().count();
        }
        return node.graph().batchIsFixed() && first == node.graph().batch();
    }

    /**
     * A reshaping; with a transposition and a reshaping before it, it may be a {@link ChannelShuffle} or a {@link PixelUnshuffle}.
     */
    private static void shaped(ImportedNode node, Port x, List<Integer> sizes) {
        Reshape layer = new Reshape(sizes);
        PlannedNode swap = node.graph().planned(x);
        PlannedNode parts = swap != null && swap.layer() instanceof Permute
                ? node.graph().planned(swap.inputs().get(0))
                : null;
        if (swap == null || parts == null || !(parts.layer() instanceof Reshape)) {
            node.put(node.add(layer, x));
            return;
        }
        Port from = parts.inputs().get(0);
        List<Integer> dims = ((Permute) swap.layer()).dims();
        Shape whole = node.graph().shape(from);
        Shape cut = node.graph().shape(parts.port());
        Shape formed = layer.outputs(List.of(node.graph().shape(x))).get(0);
        if (isShuffle(dims, whole, cut, formed)) {
            node.put(node.add(new ChannelShuffle(cut.size(1)), from));
        } else if (isUnshuffle(dims, whole, cut, formed)) {
            node.put(node.add(new PixelUnshuffle(cut.size(3)), from));
        } else {
            node.put(node.add(layer, x));
        }
    }

    /** [N, C, …] → [N, g, C / g, …] → [N, C / g, g, …] → [N, C, …]. */
    private static boolean isShuffle(List<Integer> dims, Shape whole, Shape cut, Shape formed) {
        if (whole.rank() < 2 || cut.rank() != whole.rank() + 1 || !formed.equals(whole)) {
            return false;
        }
        List<Integer> swap =
                new ArrayList<>(IntStream.range(0, cut.rank()).boxed().toList());
        Collections.swap(swap, 1, 2);
        return dims.equals(swap)
                && (long) cut.size(1) * cut.size(2) == whole.size(1)
                && cut.toList().subList(3, cut.rank()).equals(whole.toList().subList(2, whole.rank()));
    }

    /** [N, C, H · r, W · r] → [N, C, H, r, W, r] → [N, C, r, r, H, W] → [N, C · r², H, W]. */
    private static boolean isUnshuffle(List<Integer> dims, Shape whole, Shape cut, Shape formed) {
        return dims.equals(List.of(0, 1, 3, 5, 2, 4))
                && whole.rank() == 4
                && formed.rank() == 4
                && cut.size(1) == whole.size(1)
                && cut.size(3) == cut.size(5)
                && (long) cut.size(2) * cut.size(3) == whole.size(2)
                && formed.size(2) == cut.size(2)
                && formed.size(3) == cut.size(4);
    }

    private static void squeeze(ImportedNode node, boolean adds) {
        long[] axes = node.wides("axes", 1);
        if (ImportedConstants.squeezed(node, axes, adds)) {
            return;
        }
        Port x = node.port(0);
        Shape shape = node.shape(x);
        Shape y = ImportedConstants.squeezed(node, shape, axes, adds);
        if (node.oneSample()) {
            node.put(node.add(new Reshape(y.toList()), x));
            return;
        }
        int rank = adds ? shape.rank() + axes.length : shape.rank();
        boolean batch = axes.length == 0;
        for (long axis : axes) {
            batch |= axis == 0 || axis == -rank;
        }
        if (batch || y.rank() == 0) {
            throw node.mixing();
        }
        node.put(node.add(new Reshape(y.sample().toList()), x));
    }

    private static void transpose(ImportedNode node) {
        OnnxTensor known = node.known(0);
        int rank = known != null ? known.shape().rank() : node.shape(0).rank();
        int[] reversed = IntStream.range(0, rank).map(axis -> rank - 1 - axis).toArray();
        int[] perm = node.counts("perm", reversed);
        if (ImportedConstants.transposed(node, perm)) {
            return;
        }
        List<Integer> dims = new ArrayList<>();
        if (node.oneSample()) {
            dims.add(0);
        }
        for (int axis : perm) {
            dims.add(node.oneSample() ? axis + 1 : axis);
        }
        if (dims.isEmpty() || dims.get(0) != 0) {
            throw node.mixing();
        }
        node.put(node.add(new Permute(dims), node.port(0)));
    }

    private static void concat(ImportedNode node) {
        if (ImportedConstants.areWholes(node)) {
            ImportedConstants.concat(node);
            return;
        }
        int axis = node.axis(node.whole("axis", 1), node.shape(0).rank());
        Port[] from = IntStream.range(0, node.inputCount()).mapToObj(node::port).toArray(Port[]::new);
        if (!adapted(node, axis, from)) {
            node.put(node.add(new Concat(from.length, axis), from));
        }
    }

    /** Reductions of columns of reductions of rows, as many as an adaptive pool has, are that pool. */
    private static boolean adapted(ImportedNode node, int axis, Port... columns) {
        Adapted wide = axis == 3 ? Adapted.of(node, 3, List.of(columns)) : null;
        PlannedNode rows = wide == null ? null : node.graph().planned(wide.from());
        if (wide == null
                || rows == null
                || !rows.layer().equals(new Concat(rows.inputs().size(), 2))) {
            return false;
        }
        Adapted high = Adapted.of(node, 2, rows.inputs());
        if (high == null || high.by() != wide.by() || high.by() == Reduce.By.SUM) {
            return false;
        }
        Pair size = new Pair(rows.inputs().size(), columns.length);
        Layer pool = high.by() == Reduce.By.MEAN ? new AdaptiveAvgPool2d(size) : new AdaptiveMaxPool2d(size, false);
        node.put(node.add(pool, high.from()));
        return true;
    }

    /** What an adaptive pool does along one axis of {@code from}. */
    private record Adapted(Port from, Reduce.By by) {
        static @Nullable Adapted of(ImportedNode node, int axis, List<Port> parts) {
            Adapted all = null;
            for (int i = 0; i < parts.size(); i++) {
                PlannedNode reduction = node.graph().planned(parts.get(i));
                PlannedNode slice = reduction == null
                        ? null
                        : node.graph().planned(reduction.inputs().get(0));
                if (reduction == null
                        || slice == null
                        || !(reduction.layer() instanceof Reduce reduce)
                        || !reduce.equals(new Reduce(reduce.by(), List.of(axis), true))) {
                    return null;
                }
                Port from = slice.inputs().get(0);
                long length = node.graph().shape(from).size(axis);
                int begin = (int) (i * length / parts.size());
                int end = (int) (((i + 1) * length + parts.size() - 1) / parts.size());
                Adapted one = new Adapted(from, reduce.by());
                if (!slice.layer().equals(new Slice(axis, begin, end)) || (all != null && !all.equals(one))) {
                    return null;
                }
                all = one;
            }
            return all;
        }
    }

    /** Into equal parts where no sizes are given; the last is smaller where it doesn't come out even. */
    private static void split(ImportedNode node) {
        Port x = node.port(0);
        int axis = node.axis(node.whole("axis", 0), node.shape(x).rank());
        int length = node.graph().shape(x).size(axis);
        long[] given = node.wides("split", 1);
        List<Integer> sizes = new ArrayList<>();
        if (given.length > 0) {
            for (long size : given) {
                sizes.add(Math.toIntExact(size));
            }
        } else {
            int parts = node.outputCount();
            int size = (length - 1) / Math.max(1, parts) + 1;
            for (int i = 0; i < parts; i++) {
                sizes.add(Math.min(size, length - i * size));
            }
        }
        Port y = node.add(new Split(sizes, axis), x);
        for (int i = 0; i < Math.min(sizes.size(), node.outputCount()); i++) {
            node.put(i, new Port(y.node(), i));
        }
    }

    /** x, from, to, axes, steps; attributes before version 10. */
    private static void slice(ImportedNode node) {
        long[] from = node.wides("starts", 1);
        long[] to = node.wides("ends", 2);
        long[] axes = node.wides("axes", 3);
        if (axes.length == 0) {
            axes = IntStream.range(0, from.length).asLongStream().toArray();
        }
        long[] steps = node.hasInput(4)
                ? node.wholes(4)
                : Arrays.stream(from).map(any -> 1).toArray();
        boolean complete = from.length > 0
                && to.length == from.length
                && axes.length == from.length
                && steps.length == from.length
                && Arrays.stream(steps).allMatch(step -> step > 0);
        if (!complete || (ImportedConstants.areWholes(node) && steps[0] != 1)) {
            throw node.refused(
                    "a start, an end and an axis each, with steps of at least 1, or 1 of a shape", "it has others", "");
        }
        if (ImportedConstants.areWholes(node)) {
            ImportedConstants.slice(node, from[0], to[0]);
            return;
        }
        Port x = node.port(0);
        int rank = node.shape(x).rank();
        for (int i = 0; i < from.length; i++) {
            Layer layer = new Slice(node.axis(axes[i], rank), place(from[i]), place(to[i]), place(steps[i]));
            x = i == from.length - 1 ? node.add(layer, x) : node.step("axis" + axes[i], layer, x);
        }
        node.put(x);
    }

    private static int place(long index) {
        return (int) Math.max(-Slice.END, Math.min(Slice.END, index));
    }

    /** x, what is before and what is behind each of the axes, value, axes; attributes before version 11. */
    private static void pad(ImportedNode node) {
        Port x = node.port(0);
        int rank = node.shape(x).rank();
        long[] pads = node.wides("pads", 1);
        double value =
                node.hasInput(2) ? ImportedNode.decimal(ImportedNode.flat(node.floats(2))[0]) : node.number("value", 0);
        long[] axes = node.hasInput(3)
                ? node.wholes(3)
                : IntStream.range(0, rank).asLongStream().toArray();
        if (pads.length != 2 * axes.length) {
            throw node.refused("two pads an axis", "it has " + pads.length + " for " + axes.length, "");
        }
        int dimensions = node.graph().shape(x).rank();
        Integer[] amounts = new Integer[2 * dimensions];
        Arrays.fill(amounts, 0);
        for (int i = 0; i < axes.length; i++) {
            int pair = dimensions - 1 - node.axis(axes[i], rank);
            amounts[2 * pair] = Math.toIntExact(pads[i]);
            amounts[2 * pair + 1] = Math.toIntExact(pads[axes.length + i]);
        }
        if (amounts[amounts.length - 1] != 0 || amounts[amounts.length - 2] != 0) {
            throw node.mixing();
        }
        Pad.Mode mode = switch (node.text("mode", "constant")) {
            case "constant" -> Pad.Mode.CONSTANT;
            case "reflect" -> Pad.Mode.REFLECT;
            case "edge" -> Pad.Mode.REPLICATE;
            default ->
                throw node.refused("the mode constant, reflect or edge", "it is " + node.text("mode", "constant"), "");
        };
        List<Integer> behindBatch = List.of(amounts).subList(0, amounts.length - 2);
        node.put(node.add(new Pad(behindBatch, mode, value), x));
    }

    /** PyTorch's order of channels is CRD; in DCR the place comes first. */
    private static void depthToSpace(ImportedNode node) {
        int b = node.count("blocksize", 1);
        Port x = node.maps(0);
        if (node.text("mode", "DCR").equals("DCR")) {
            x = node.step("places", new ChannelShuffle(Math.multiplyExact(b, b)), x);
        }
        node.putMaps(0, node.add(new PixelShuffle(b), x), 0);
    }

    /** DCR backwards. */
    private static void spaceToDepth(ImportedNode node) {
        Port x = node.maps(0);
        int channels = node.graph().shape(x).size(1);
        Port y = node.step("places", new PixelUnshuffle(node.count("blocksize", 1)), x);
        node.putMaps(0, node.add(new ChannelShuffle(channels), y), 0);
    }
}
