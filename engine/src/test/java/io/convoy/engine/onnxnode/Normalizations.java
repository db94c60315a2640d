package io.convoy.engine.onnxnode;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.network.Network.Port;
import java.util.Map;

/** Normalisations. */
final class Normalizations {
    static final Map<String, Operator> TABLE = Map.of("BatchNormalization", Normalizations::batch);

    private Normalizations() {}

    /** x [N, C, H, W], scale, bias, mean and variance [C]. */
    private static void batch(NodeCase.Node node, Graph graph) {
        int channels = graph.given().shape(node.input(1)).size(0);
        // ONNX's momentum is the weight of the old statistics.
        BatchNorm2d layer =
                new BatchNorm2d(channels, node.number("epsilon", 1e-5), 1 - node.number("momentum", 0.9), true);
        if (node.flag("training_mode")) {
            throw new Skipped("ONNX's running variance is biased where PyTorch's, and ours, is not");
        }
        graph.statistics(graph.given().floats(node.input(3)), graph.given().floats(node.input(4)));
        Port from = graph.first(node.input(0));
        graph.put(
                node.output(0),
                graph.add(
                        layer,
                        Map.of(
                                "weight", graph.given().floats(node.input(1)),
                                "bias", graph.given().floats(node.input(2))),
                        from));
    }
}
