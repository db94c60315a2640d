package io.convoy.engine.onnxnode;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.MaxUnpool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Window;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.Map;

/** Pools. */
final class Pools {
    static final Map<String, Operator> TABLE = Map.of(
            "MaxPool", Pools::max,
            "AveragePool", Pools::average,
            "GlobalMaxPool",
                    (node, graph) ->
                            graph.put(node.output(0), graph.add(AdaptiveMaxPool2d.of(1), graph.first(node.input(0)))),
            "GlobalAveragePool",
                    (node, graph) ->
                            graph.put(node.output(0), graph.add(AdaptiveAvgPool2d.of(1), graph.first(node.input(0)))),
            "MaxUnpool", Pools::unpool);

    private Pools() {}

    private static void max(NodeCase.Node node, Graph graph) {
        Shape x = Slide.image(graph.given().shape(node.input(0)));
        Slide slide = Slide.of(node, x);
        if (!slide.isSymmetric()) {
            throw Skipped.notBuilt("Pad");
        }
        MaxPool2d layer = new MaxPool2d(window(slide, slide.before(), node.flag("ceil_mode")), node.hasOutput(1));
        Port y = graph.add(layer, graph.viewed(node.input(0), x));
        graph.put(node.output(0), y);
        if (node.hasOutput(1)) {
            requireOnePlane(x);
            graph.put(node.output(1), new Port(y.node(), 1));
        }
    }

    private static void requireOnePlane(Shape x) {
        if (x.size(0) * x.size(1) != 1) {
            throw new Skipped("ONNX's indices count through all planes and ours through one");
        }
    }

    private static Window window(Slide slide, Pair padding, boolean ceilMode) {
        return new Window(slide.kernel(), slide.stride(), padding, slide.dilation(), ceilMode);
    }

    private static void average(NodeCase.Node node, Graph graph) {
        Shape x = Slide.image(graph.given().shape(node.input(0)));
        Slide slide = Slide.of(node, x);
        if (!slide.isSymmetric()) {
            throw Skipped.notBuilt("Slice");
        }
        if (2 * slide.before().height() > slide.kernel().height()) {
            throw Skipped.notBuilt("Pad");
        }
        Port from = graph.viewed(node.input(0), x);
        Port y = slide.dilation().equals(Pair.of(1))
                ? graph.add(
                        new AvgPool2d(
                                window(slide, slide.before(), node.flag("ceil_mode")), node.flag("count_include_pad")),
                        from)
                : dilated(graph, slide, x, from);
        graph.put(node.output(0), y);
    }

    /** Ours isn't dilated: a depthwise convolution whose weights are all 1 / their number. */
    private static Port dilated(Graph graph, Slide slide, Shape x, Port from) {
        int channels = x.size(1);
        int taps = slide.kernel().height() * slide.kernel().width();
        if (!slide.before().equals(Pair.of(0))) {
            throw new Skipped("a dilated average has no border here");
        }
        float[] weights = new float[channels * taps];
        Arrays.fill(weights, 1f / taps);
        Conv2d layer = new Conv2d(
                channels, channels, slide.kernel(), slide.stride(), slide.before(), slide.dilation(), channels, false);
        return graph.add(layer, Map.of("weight", weights), from);
    }

    /** The indices refer to the smallest plane, whatever the output's shape is. */
    private static void unpool(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        Slide slide = Slide.of(node, x);
        requireOnePlane(x);
        if (node.hasInput(2)) {
            throw Skipped.notBuilt("Pad");
        }
        graph.put(
                node.output(0),
                graph.add(
                        new MaxUnpool2d(slide.kernel(), slide.stride(), slide.before(), null),
                        graph.first(node.input(0)),
                        graph.first(node.input(1))));
    }
}
