package io.convoy.engine.onnxnode;

import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.DeformConv2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.HashMap;
import java.util.Map;

/** Convolutions. */
final class Convolutions {
    static final Map<String, Operator> TABLE =
            Map.of("Conv", Convolutions::convolution, "DeformConv", Convolutions::deformable);

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
