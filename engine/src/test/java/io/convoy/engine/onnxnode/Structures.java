package io.convoy.engine.onnxnode;

import static java.util.Map.entry;

import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Identity;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.Pad;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Products, sums, and what moves values without changing them. */
final class Structures {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Add", Structures::sum),
            entry("Sum", Structures::sum),
            entry("Flatten", Structures::flatten),
            entry("Gemm", Structures::gemm),
            entry("MatMul", Structures::product),
            entry("Transpose", Structures::transpose),
            entry("ReduceMean", Structures::mean),
            entry("Reshape", Structures::reshape),
            entry("Concat", Structures::concat),
            entry("Split", Structures::split),
            entry("Slice", Structures::slice),
            entry("Pad", Structures::pad),
            entry("DepthToSpace", Structures::depthToSpace),
            entry("SpaceToDepth", Structures::spaceToDepth));

    private Structures() {}

    private static void sum(NodeCase.Node node, Graph graph) {
        if (node.inputs().size() == 1) {
            graph.put(node.output(0), graph.add(new Identity(), graph.whole(node.input(0))));
            return;
        }
        Port sum = graph.whole(node.input(0));
        for (String next : node.inputs().subList(1, node.inputs().size())) {
            sum = graph.add(new Add(), sum, graph.whole(next));
        }
        graph.put(node.output(0), sum);
    }

    /** x, starts, ends, axes, steps; before version 10 all but x are attributes. */
    private static void slice(NodeCase.Node node, Graph graph) {
        if (graph.given().expectedShape(node.output(0)).count() == 0) {
            throw new Skipped("a slice of ours takes something");
        }
        int[] starts = limits(node, graph, 1, "starts", new int[0]);
        int[] ends = limits(node, graph, 2, "ends", new int[0]);
        int[] axes =
                limits(node, graph, 3, "axes", IntStream.range(0, starts.length).toArray());
        int[] steps = limits(
                node,
                graph,
                4,
                "steps",
                IntStream.range(0, starts.length).map(i -> 1).toArray());
        Port y = graph.whole(node.input(0));
        for (int i = 0; i < starts.length; i++) {
            if (steps[i] < 1) {
                throw new Skipped("a slice of ours doesn't run backwards");
            }
            // The batch is a dimension in front.
            int dim = axes[i] < 0 ? axes[i] : axes[i] + 1;
            y = graph.add(new Slice(dim, starts[i], ends[i], steps[i]), y);
        }
        graph.put(node.output(0), y);
    }

    /** Numbers that may be far outside. */
    private static int[] limits(NodeCase.Node node, Graph graph, int input, String name, int[] absent) {
        if (!node.hasInput(input)) {
            return node.wholes(name, absent);
        }
        return Arrays.stream(graph.given().longs(node.input(input)))
                .mapToInt(value -> (int) Math.max(-Slice.END, Math.min(value, Slice.END)))
                .toArray();
    }

    /** The dimensions before the axis are the batch. */
    private static void flatten(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        int axis = axis(node.whole("axis", 1), x);
        int[] sizes = x.toArray();
        int batch = Arrays.stream(sizes, 0, axis).reduce(1, (a, b) -> a * b);
        Shape rest = Shape.of(Arrays.copyOfRange(sizes, axis, sizes.length));
        graph.put(node.output(0), graph.add(new Flatten(), graph.viewed(node.input(0), rest.batched(batch))));
    }

    private static int axis(int axis, Shape x) {
        return axis < 0 ? axis + x.rank() : axis;
    }

    /** alpha · a · b + beta · c; the factors go into what doesn't vary. */
    private static void gemm(NodeCase.Node node, Graph graph) {
        Shape a = graph.given().shape(node.input(0));
        Shape b = graph.given().shape(node.input(1));
        boolean transposeB = node.flag("transB");
        int in = b.size(transposeB ? 1 : 0);
        int out = b.size(transposeB ? 0 : 1);
        float[] weight = scaled(graph.given().floats(node.input(1)), node.number("alpha", 1));
        float[] bias = new float[out];
        if (node.hasInput(2)) {
            float[] c = scaled(graph.given().floats(node.input(2)), node.number("beta", 1));
            for (int k = 0; k < out; k++) {
                bias[k] = c.length == 1 ? c[0] : c[k];
            }
        }
        if (node.flag("transA")) {
            int rows = a.size(1);
            Port product = graph.add(
                    new MatMul(true, transposeB, 1), graph.whole(node.input(0)), graph.constant(b.batched(1), weight));
            float[] all = new float[rows * out];
            for (int i = 0; i < all.length; i++) {
                all[i] = bias[i % out];
            }
            graph.put(node.output(0), graph.add(new Add(), product, graph.constant(Shape.of(1, rows, out), all)));
            return;
        }
        Map<String, float[]> parameters = new HashMap<>();
        parameters.put("weight", transposeB ? weight : transposed(weight, in, out));
        if (node.hasInput(2)) {
            parameters.put("bias", bias);
        }
        graph.put(
                node.output(0),
                graph.add(new Linear(in, out, node.hasInput(2)), parameters, graph.first(node.input(0))));
    }

    private static float[] scaled(float[] values, double factor) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = (float) (factor * values[i]);
        }
        return scaled;
    }

    private static float[] transposed(float[] values, int rows, int columns) {
        float[] transposed = new float[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                transposed[j * rows + i] = values[i * columns + j];
            }
        }
        return transposed;
    }

    private static void product(NodeCase.Node node, Graph graph) {
        graph.put(node.output(0), graph.add(MatMul.of(), graph.whole(node.input(0)), graph.whole(node.input(1))));
    }

    private static void transpose(NodeCase.Node node, Graph graph) {
        List<Integer> dims = new ArrayList<>(List.of(0));
        for (int dim : node.wholes("perm")) {
            dims.add(dim + 1);
        }
        graph.put(node.output(0), graph.add(new Permute(dims), graph.whole(node.input(0))));
    }

    /** Over the axes of the second input, or over all. */
    private static void mean(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        int[] axes = node.hasInput(1) ? graph.given().wholes(node.input(1)) : new int[0];
        List<Integer> dims = axes.length == 0
                ? IntStream.rangeClosed(1, x.rank()).boxed().toList()
                : Arrays.stream(axes)
                        .map(axis -> axis(axis, x) + 1)
                        .sorted()
                        .boxed()
                        .toList();
        Reduce layer = new Reduce(Reduce.By.MEAN, dims, node.whole("keepdims", 1) != 0);
        graph.put(node.output(0), graph.add(layer, graph.whole(node.input(0))));
    }

    /** A size of 0 is the input's. */
    private static void reshape(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        int[] sizes = graph.given().wholes(node.input(1));
        List<Integer> wanted = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            wanted.add(sizes[i] == 0 ? x.size(i) : sizes[i]);
        }
        graph.put(node.output(0), graph.add(new Reshape(wanted), graph.whole(node.input(0))));
    }

    private static void concat(NodeCase.Node node, Graph graph) {
        int axis = axis(node.whole("axis", 1), graph.given().shape(node.input(0)));
        Port[] from = node.inputs().stream().map(graph::whole).toArray(Port[]::new);
        graph.put(node.output(0), graph.add(new Concat(from.length, axis + 1), from));
    }

    /** Into equal parts; the last is smaller where it doesn't come out even. */
    private static void split(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        int axis = axis(node.whole("axis", 0), x);
        List<Integer> sizes = new ArrayList<>();
        if (node.hasInput(1)) {
            for (int size : graph.given().wholes(node.input(1))) {
                sizes.add(size);
            }
        } else {
            int parts = node.outputs().size();
            int size = (x.size(axis) - 1) / parts + 1;
            for (int i = 0; i < parts; i++) {
                sizes.add(Math.min(size, x.size(axis) - i * size));
            }
        }
        Port y = graph.add(new Split(sizes, axis + 1), graph.whole(node.input(0)));
        for (int i = 0; i < sizes.size(); i++) {
            graph.put(node.output(i), new Port(y.node(), i));
        }
    }

    /** x, what is before and what is behind each of the axes, value, axes. */
    private static void pad(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        int[] pads = graph.given().wholes(node.input(1));
        double value = node.hasInput(2) ? graph.given().floats(node.input(2))[0] : 0;
        int[] axes = node.hasInput(3)
                ? graph.given().wholes(node.input(3))
                : IntStream.range(0, x.rank()).toArray();
        Integer[] amounts = new Integer[2 * x.rank()];
        Arrays.fill(amounts, 0);
        for (int i = 0; i < axes.length; i++) {
            int pair = x.rank() - 1 - axis(axes[i], x);
            amounts[2 * pair] = pads[i];
            amounts[2 * pair + 1] = pads[axes.length + i];
        }
        Pad.Mode mode = switch (node.text("mode", "constant")) {
            case "constant" -> Pad.Mode.CONSTANT;
            case "reflect" -> Pad.Mode.REFLECT;
            case "edge" -> Pad.Mode.REPLICATE;
            default -> throw new Skipped("our Pad doesn't begin again at the other side");
        };
        graph.put(node.output(0), graph.add(new Pad(List.of(amounts), mode, value), graph.whole(node.input(0))));
    }

    /** PyTorch's order of channels is CRD; in DCR the place comes first. */
    private static void depthToSpace(NodeCase.Node node, Graph graph) {
        int b = node.whole("blocksize", 1);
        Port x = graph.first(node.input(0));
        boolean placeFirst = node.text("mode", "DCR").equals("DCR");
        graph.put(
                node.output(0),
                graph.add(new PixelShuffle(b), placeFirst ? graph.add(new ChannelShuffle(b * b), x) : x));
    }

    /** DCR backwards. */
    private static void spaceToDepth(NodeCase.Node node, Graph graph) {
        int channels = graph.given().shape(node.input(0)).size(1);
        PixelUnshuffle layer = new PixelUnshuffle(node.whole("blocksize", 1));
        Port y = graph.add(layer, graph.first(node.input(0)));
        graph.put(node.output(0), graph.add(new ChannelShuffle(channels), y));
    }
}
