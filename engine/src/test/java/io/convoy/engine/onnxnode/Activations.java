package io.convoy.engine.onnxnode;

import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Relu;
import java.util.Map;
import java.util.function.Function;

/** Functions of single values, and softmax. */
final class Activations {
    static final Map<String, Operator> TABLE = Map.of("Relu", elementwise(node -> new Relu()));

    private Activations() {}

    private static Operator elementwise(Function<NodeCase.Node, Layer> layer) {
        return (node, graph) -> graph.put(node.output(0), graph.add(layer.apply(node), graph.whole(node.input(0))));
    }
}
