package io.convoy.engine.onnxnode;

import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.tensor.Shape;
import java.util.HashMap;
import java.util.Map;

/** Convolutions. */
final class Convolutions {
    static final Map<String, Operator> TABLE = Map.of("Conv", Convolutions::convolution);

    private Convolutions() {}

    /** x [N, C, H, W], w [K, C / group, R, S], bias [K]. */
    private static void convolution(NodeCase.Node node, Graph graph) {
        Shape x = Slide.image(graph.given().shape(node.input(0)));
        Shape w = graph.given().shape(node.input(1));
        Slide slide = Slide.of(node, x, w.size(2), w.size(3));
        int groups = node.whole("group", 1);
        boolean bias = node.hasInput(2);
        if (!slide.isSymmetric()) {
            throw Skipped.notBuilt("Pad");
        }
        Map<String, float[]> parameters = new HashMap<>();
        parameters.put("weight", graph.given().floats(node.input(1)));
        if (bias) {
            parameters.put("bias", graph.given().floats(node.input(2)));
        }
        Conv2d layer = new Conv2d(
                x.size(1), w.size(0), slide.kernel(), slide.stride(), slide.before(), slide.dilation(), groups, bias);
        graph.put(node.output(0), graph.add(layer, parameters, graph.viewed(node.input(0), x)));
    }
}
