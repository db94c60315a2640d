package io.convoy.engine.onnx;

import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Dropout2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.HardAttention;
import io.convoy.engine.layer.Identity;
import io.convoy.engine.layer.LearnedScalars;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Permute;
import io.convoy.engine.layer.PixelShuffle;
import io.convoy.engine.layer.PixelUnshuffle;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.layer.Split;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Products, sums, and whatever moves values about. */
final class ExportedStructures {
    private ExportedStructures() {}

    static void addTo(ExportRules rules) {
        rules.add(Add.class, (layer, node) -> node.emit("Add", Map.of(), node.inputs()));
        rules.add(Multiply.class, (layer, node) -> node.emit("Mul", Map.of(), node.inputs()));
        rules.add(Identity.class, (layer, node) -> node.emit("Identity", Map.of(), node.input(0)));
        rules.add(Dropout.class, (layer, node) -> node.pass());
        rules.add(Dropout2d.class, (layer, node) -> node.pass());
        rules.add(
                Concat.class,
                (layer, node) -> node.emit("Concat", Map.of("axis", Attribute.of(layer.dim())), node.inputs()));
        rules.add(Flatten.class, (layer, node) -> node.emit("Flatten", Map.of("axis", Attribute.of(1)), node.input(0)));
        rules.add(Linear.class, ExportedStructures::linear);
        rules.add(MatMul.class, ExportedStructures::product);
        rules.add(Reduce.class, ExportedStructures::reduce);
        rules.add(Reshape.class, (layer, node) -> reshape(node, "sizes", node.input(0), layer.sizes()));
        rules.add(
                Permute.class,
                (layer, node) -> node.emit("Transpose", Map.of("perm", Attribute.of(layer.dims())), node.input(0)));
        rules.add(Pad.class, ExportedStructures::pad);
        rules.add(Slice.class, ExportedStructures::slice);
        rules.add(Split.class, ExportedStructures::split);
        rules.add(ChannelShuffle.class, ExportedStructures::shuffle);
        rules.add(
                PixelShuffle.class,
                (layer, node) -> node.emit(
                        "DepthToSpace",
                        Map.of("blocksize", Attribute.of(layer.upscaleFactor()), "mode", Attribute.of("CRD")),
                        node.input(0)));
        rules.add(PixelUnshuffle.class, ExportedStructures::unshuffle);
        rules.add(LearnedScalars.class, ExportedStructures::scalars);
        rules.add(HardAttention.class, ExportedStructures::choice);
    }

    private static void linear(Linear layer, ExportedNode node) {
        List<String> inputs = new ArrayList<>(List.of(node.input(0), node.parameter("weight")));
        if (layer.bias()) {
            inputs.add(node.parameter("bias"));
        }
        node.emit("Gemm", Map.of("transB", Attribute.of(1)), inputs.toArray(String[]::new));
    }

    private static void product(MatMul layer, ExportedNode node) {
        String a = layer.transposeA() ? swapped(node, "a", 0) : node.input(0);
        String b = layer.transposeB() ? swapped(node, "b", 1) : node.input(1);
        if (layer.scale() == 1) {
            node.emit("MatMul", Map.of(), a, b);
        } else {
            String product = node.step("product", "MatMul", Map.of(), a, b);
            node.emit("Mul", Map.of(), product, node.number("scale", layer.scale()));
        }
    }

    /** Input {@code index} with its last two dimensions swapped. */
    private static String swapped(ExportedNode node, String what, int index) {
        int rank = node.shape(index).rank();
        List<Integer> dims = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.swap(dims, rank - 2, rank - 1);
        return node.step(what, "Transpose", Map.of("perm", Attribute.of(dims)), node.input(index));
    }

    private static void reduce(Reduce layer, ExportedNode node) {
        String operator = switch (layer.by()) {
            case MEAN -> "ReduceMean";
            case MAX -> "ReduceMax";
            case SUM -> "ReduceSum";
        };
        long[] axes = layer.dims().stream().mapToLong(Integer::longValue).toArray();
        node.emit(
                operator,
                Map.of("keepdims", Attribute.of(layer.keepDims() ? 1 : 0)),
                node.input(0),
                node.wholes("axes", axes));
    }

    /** Sizes behind the batch, whose size of 0 is the input's. */
    private static void reshape(ExportedNode node, String what, String x, List<Integer> sizes) {
        node.emit("Reshape", Map.of(), x, behindBatch(node, what, sizes));
    }

    private static String behindBatch(ExportedNode node, String what, List<Integer> sizes) {
        return node.wholes(
                what,
                IntStream.concat(IntStream.of(0), sizes.stream().mapToInt(Integer::intValue))
                        .asLongStream()
                        .toArray());
    }

    /** Amounts of all dimensions, first those in front. */
    private static void pad(Pad layer, ExportedNode node) {
        int rank = node.shape(0).rank();
        long[] pads = new long[2 * rank];
        for (int pair = 0; 2 * pair < layer.amounts().size(); pair++) {
            pads[rank - 1 - pair] = layer.amounts().get(2 * pair);
            pads[2 * rank - 1 - pair] = layer.amounts().get(2 * pair + 1);
        }
        String mode = switch (layer.mode()) {
            case CONSTANT -> "constant";
            case REFLECT -> "reflect";
            case REPLICATE -> "edge";
        };
        node.emit(
                "Pad",
                Map.of("mode", Attribute.of(mode)),
                node.input(0),
                node.wholes("amounts", pads),
                node.number("value", layer.value()));
    }

    private static void slice(Slice layer, ExportedNode node) {
        List<String> inputs = new ArrayList<>(List.of(
                node.input(0),
                node.wholes("from", layer.from()),
                node.wholes("to", layer.to() == Slice.END ? Long.MAX_VALUE : layer.to()),
                node.wholes("dim", layer.dim())));
        if (layer.step() > 1) {
            inputs.add(node.wholes("step", layer.step()));
        }
        node.emit("Slice", Map.of(), inputs.toArray(String[]::new));
    }

    private static void split(Split layer, ExportedNode node) {
        node.emit(
                layer.sizes().size(),
                "Split",
                Map.of("axis", Attribute.of(layer.dim())),
                node.input(0),
                node.wholes(
                        "sizes",
                        layer.sizes().stream().mapToLong(Integer::longValue).toArray()));
    }

    /** Channels as a matrix of groups, transposed. */
    private static void shuffle(ChannelShuffle layer, ExportedNode node) {
        List<Integer> sample = node.shape(0).sample().toList();
        List<Integer> sizes = new ArrayList<>(List.of(layer.groups(), sample.get(0) / layer.groups()));
        sizes.addAll(sample.subList(1, sample.size()));
        List<Integer> dims = new ArrayList<>(
                IntStream.rangeClosed(0, sample.size() + 1).boxed().toList());
        Collections.swap(dims, 1, 2);
        String grouped = node.step("grouped", "Reshape", Map.of(), node.input(0), behindBatch(node, "groups", sizes));
        String swapped = node.step("swapped", "Transpose", Map.of("perm", Attribute.of(dims)), grouped);
        reshape(node, "sizes", swapped, sample);
    }

    /** ONNX's SpaceToDepth has the channels in another order. */
    private static void unshuffle(PixelUnshuffle layer, ExportedNode node) {
        Shape x = node.shape(0);
        Shape y = node.outputShape(0);
        int r = layer.downscaleFactor();
        String blocks = node.step(
                "blocks",
                "Reshape",
                Map.of(),
                node.input(0),
                behindBatch(node, "block_sizes", List.of(x.size(1), y.size(2), r, y.size(3), r)));
        String swapped =
                node.step("swapped", "Transpose", Map.of("perm", Attribute.of(List.of(0, 1, 3, 5, 2, 4))), blocks);
        reshape(node, "sizes", swapped, y.sample().toList());
    }

    /** The numbers once for each sample of the input. */
    private static void scalars(LearnedScalars layer, ExportedNode node) {
        String sizes = node.step(
                "input_sizes", "Shape", Map.of("start", Attribute.of(0), "end", Attribute.of(1)), node.input(0));
        String wanted = node.step(
                "sizes", "Concat", Map.of("axis", Attribute.of(0)), sizes, node.wholes("count", layer.count()));
        node.emit("Expand", Map.of(), node.parameter("value"), wanted);
    }

    private static void choice(HardAttention layer, ExportedNode node) {
        throw node.refused(
                "it draws a place, which no operator of ONNX does", "take a Softmax in the exported network instead");
    }
}
