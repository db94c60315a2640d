package io.convoy.engine.onnxnode;

import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.MaxPool2d;
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
            "GlobalAveragePool", Pools::globalAverage);

    private Pools() {}

    private static void max(NodeCase.Node node, Graph graph) {
        Shape x = Slide.image(graph.given().shape(node.input(0)));
        Slide slide = Slide.of(node, x);
        if (node.hasOutput(1)) {
            throw Skipped.notBuilt("MaxPool2d with indices");
        }
        if (!slide.isSymmetric()) {
            throw Skipped.notBuilt("Pad");
        }
        Port from = graph.viewed(node.input(0), x);
        graph.put(node.output(0), graph.add(new MaxPool2d(window(slide, node.flag("ceil_mode"))), from));
    }

    private static Window window(Slide slide, boolean ceilMode) {
        return new Window(slide.kernel(), slide.stride(), slide.before(), slide.dilation(), ceilMode);
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
        graph.put(
                node.output(0),
                slide.dilation().equals(Pair.of(1))
                        ? graph.add(
                                new AvgPool2d(window(slide, node.flag("ceil_mode")), node.flag("count_include_pad")),
                                from)
                        : dilated(graph, slide, x, from));
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

    private static void globalAverage(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        Window all = new Window(new Pair(x.size(2), x.size(3)), Pair.of(1), Pair.of(0), Pair.of(1), false);
        graph.put(node.output(0), graph.add(new AvgPool2d(all, false), graph.first(node.input(0))));
    }
}
