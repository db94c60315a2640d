package io.convoy.engine.onnxnode;

import static java.util.Map.entry;

import io.convoy.engine.layer.Celu;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Elu;
import io.convoy.engine.layer.Gelu;
import io.convoy.engine.layer.Hardsigmoid;
import io.convoy.engine.layer.Hardswish;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LeakyRelu;
import io.convoy.engine.layer.LogSoftmax;
import io.convoy.engine.layer.Prelu;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Softplus;
import io.convoy.engine.layer.Tanh;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Functions of single values, softmax, and dropout. */
final class Activations {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Relu", elementwise(node -> new Relu())),
            entry("LeakyRelu", elementwise(node -> new LeakyRelu(node.number("alpha", 0.01)))),
            entry("Elu", elementwise(node -> new Elu(node.number("alpha", 1)))),
            entry("Celu", elementwise(node -> new Celu(node.number("alpha", 1)))),
            entry("Gelu", elementwise(Activations::gelu)),
            entry("HardSwish", elementwise(node -> new Hardswish())),
            entry("Sigmoid", elementwise(node -> new Sigmoid())),
            entry("Softplus", elementwise(node -> new Softplus())),
            entry("Tanh", elementwise(node -> new Tanh())),
            entry("HardSigmoid", Activations::hardSigmoid),
            entry("Selu", Activations::selu),
            entry("PRelu", Activations::prelu),
            entry("Softmax", along(Softmax::new)),
            entry("LogSoftmax", along(LogSoftmax::new)),
            entry("Dropout", Activations::dropout));

    private Activations() {}

    private static Operator elementwise(Function<NodeCase.Node, Layer> layer) {
        return (node, graph) -> graph.put(node.output(0), graph.add(layer.apply(node), graph.whole(node.input(0))));
    }

    private static Layer gelu(NodeCase.Node node) {
        return new Gelu(
                node.text("approximate", "none").equals("tanh") ? Gelu.Approximation.TANH : Gelu.Approximation.NONE);
    }

    /** min(max(alpha · x + beta, 0), 1); ours has alpha = 1 / 6 and beta = 1 / 2. */
    private static void hardSigmoid(NodeCase.Node node, Graph graph) {
        double factor = 6 * node.number("alpha", 0.2);
        double shift = 6 * node.number("beta", 0.5) - 3;
        Port x = line(graph, graph.viewed(node.input(0), row(graph, node)), factor, shift);
        graph.put(node.output(0), graph.add(new Hardsigmoid(), x));
    }

    /** gamma · elu(x, alpha); ours has the paper's constants. */
    private static void selu(NodeCase.Node node, Graph graph) {
        Port elu = graph.add(
                new Elu(node.number("alpha", 1.6732631921768188)), graph.viewed(node.input(0), row(graph, node)));
        graph.put(node.output(0), line(graph, elu, node.number("gamma", 1.0507010221481323), 0));
    }

    /** All values as an image of one row and one channel. */
    private static Shape row(Graph graph, NodeCase.Node node) {
        return Shape.of(
                1, 1, 1, Math.toIntExact(graph.given().shape(node.input(0)).count()));
    }

    /** factor · x + shift: a convolution with one tap. */
    private static Port line(Graph graph, Port x, double factor, double shift) {
        return graph.add(
                Conv2d.of(1, 1, 1),
                Map.of("weight", new float[] {(float) factor}, "bias", new float[] {(float) shift}),
                x);
    }

    /** A slope for all, one a channel, or one a value, which then are channels. */
    private static void prelu(NodeCase.Node node, Graph graph) {
        float[] slope = graph.given().floats(node.input(1));
        Shape x = graph.given().shape(node.input(0));
        boolean each = slope.length == x.count();
        Port from = each ? graph.viewed(node.input(0), Shape.of(1, slope.length)) : graph.first(node.input(0));
        graph.put(node.output(0), graph.add(new Prelu(slope.length, 0.25), Map.of("weight", slope), from));
    }

    /** Along one axis; before version 13 along it and all that follow. */
    private static Operator along(IntFunction<Layer> layer) {
        return (node, graph) -> {
            Shape x = graph.given().shape(node.input(0));
            boolean coerced = graph.given().opset() < 13;
            int axis = node.whole("axis", coerced ? 1 : -1);
            axis = axis < 0 ? axis + x.rank() : axis;
            if (coerced) {
                int before = Arrays.stream(x.toArray(), 0, axis).reduce(1, (a, b) -> a * b);
                Shape matrix = Shape.of(before, Math.toIntExact(x.count() / before));
                graph.put(node.output(0), graph.add(layer.apply(1), graph.viewed(node.input(0), matrix)));
            } else {
                graph.put(node.output(0), graph.add(layer.apply(axis + 1), graph.whole(node.input(0))));
            }
        };
    }

    /** In training; the mask follows from what is expected, so what is compared is the scale. */
    private static void dropout(NodeCase.Node node, Graph graph) {
        double ratio = node.hasInput(1) ? graph.given().floats(node.input(1))[0] : 0.5;
        float[] mask = graph.given().expected(node.output(0));
        for (int i = 0; i < mask.length; i++) {
            mask[i] = mask[i] == 0 ? 0 : 1;
        }
        Shape shape = graph.given().shape(node.input(0)).batched(1);
        graph.train();
        graph.put(
                node.output(0),
                graph.add(new Dropout(ratio, true), graph.whole(node.input(0)), graph.constant(shape, mask)));
        if (node.hasOutput(1)) {
            graph.leave(node.output(1));
        }
    }
}
