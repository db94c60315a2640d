package io.convoy.engine.onnxnode;

import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.DeformConv2d;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Convolutions. */
final class Convolutions {
    static final Map<String, Operator> TABLE = Map.of(
            "Conv", Convolutions::convolution,
            "ConvTranspose", Convolutions::transposed,
            "DeformConv", Convolutions::deformable);

    private Convolutions() {}

    private static Map<String, float[]> parameters(NodeCase.Node node, Graph graph, int bias) {
        Map<String, float[]> parameters = new HashMap<>();
        parameters.put("weight", graph.given().floats(node.input(1)));
        if (node.hasInput(bias)) {
            parameters.put("bias", graph.given().floats(node.input(bias)));
        }
        return parameters;
    }

    /** x [N, C, H, W], w [K, C / group, R, S], bias [K]. */
    private static void convolution(NodeCase.Node node, Graph graph) {
        Shape x = Slide.image(graph.given().shape(node.input(0)));
        Shape w = Slide.image(graph.given().shape(node.input(1)));
        Slide slide = Slide.of(node, x, w.size(2), w.size(3));
        Port from = graph.viewed(node.input(0), x);
        Conv2d layer = new Conv2d(
                x.size(1),
                w.size(0),
                slide.kernel(),
                slide.stride(),
                slide.isSymmetric() ? slide.before() : Pair.of(0),
                slide.dilation(),
                node.whole("group", 1),
                node.hasInput(2));
        graph.put(
                node.output(0),
                graph.add(
                        layer,
                        parameters(node, graph, 2),
                        slide.isSymmetric() ? from : graph.add(slide.zeros(), from)));
    }

    /**
     * x [N, C, H, W], w [C, K / group, R, S], bias [K]. A border that follows from the output's size is cut off, or added,
     * afterwards.
     */
    private static void transposed(NodeCase.Node node, Graph graph) {
        Shape x = Slide.image(graph.given().shape(node.input(0)));
        Shape w = Slide.image(graph.given().shape(node.input(1)));
        Slide slide = Slide.of(node, x, w.size(2), w.size(3));
        int groups = node.whole("group", 1);
        boolean auto =
                node.has("output_shape") || !node.text("auto_pad", "NOTSET").equals("NOTSET");
        if (!auto && !slide.isSymmetric()) {
            throw new Skipped("no known case has a transposed convolution with a border of two widths");
        }
        ConvTranspose2d layer = new ConvTranspose2d(
                x.size(1),
                w.size(1) * groups,
                slide.kernel(),
                slide.stride(),
                auto ? Pair.of(0) : slide.before(),
                auto ? Pair.of(0) : Slide.pair(node.wholes("output_padding", 0, 0)),
                slide.dilation(),
                groups,
                node.hasInput(2));
        Port y = graph.add(layer, parameters(node, graph, 2), graph.viewed(node.input(0), x));
        if (auto) {
            Shape full = layer.outputs(List.of(x)).get(0);
            Shape wanted = Slide.image(graph.given().expectedShape(node.output(0)));
            int[] before = new int[2];
            int[] after = new int[2];
            for (int axis = 0; axis < 2; axis++) {
                int more = wanted.size(2 + axis) - full.size(2 + axis);
                // What is missing is added behind; of what is too much, half is cut off in front.
                before[axis] = more > 0 ? 0 : more / 2;
                after[axis] = more - before[axis];
            }
            y = graph.add(Pad.zeros(before[1], after[1], before[0], after[0]), y);
        }
        graph.put(node.output(0), y);
    }

    /** x, w, offset, bias, mask; in torchvision's layout. */
    private static void deformable(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        Shape w = graph.given().shape(node.input(1));
        Slide slide = Slide.of(node, x, w.size(2), w.size(3));
        if (!slide.isSymmetric()) {
            throw new Skipped("a border in front of a deformable convolution would move its offsets");
        }
        boolean masked = node.hasInput(4);
        DeformConv2d layer = new DeformConv2d(
                x.size(1),
                w.size(0),
                slide.kernel(),
                slide.stride(),
                slide.before(),
                slide.dilation(),
                node.whole("group", 1),
                node.whole("offset_group", 1),
                masked,
                node.hasInput(3));
        Port from = graph.first(node.input(0));
        Port offset = graph.first(node.input(2));
        Map<String, float[]> parameters = parameters(node, graph, 3);
        graph.put(
                node.output(0),
                masked
                        ? graph.add(layer, parameters, from, offset, graph.first(node.input(4)))
                        : graph.add(layer, parameters, from, offset));
    }
}
