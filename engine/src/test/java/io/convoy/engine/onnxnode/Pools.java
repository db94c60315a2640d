package io.convoy.engine.onnxnode;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.MaxUnpool2d;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.layer.Window;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
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
        Port from = graph.viewed(node.input(0), x);
        boolean symmetric = slide.isSymmetric();
        if (!symmetric && (node.hasOutput(1) || !slide.dilation().equals(Pair.of(1)))) {
            throw new Skipped("a border of two widths has no indices here, and no window may lie in it alone");
        }
        MaxPool2d layer = new MaxPool2d(
                window(slide, symmetric ? slide.before() : Pair.of(0), node.flag("ceil_mode")), node.hasOutput(1));
        Port y = graph.add(layer, symmetric ? from : graph.add(slide.edges(), from));
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
        Port from = graph.viewed(node.input(0), x);
        if (!slide.dilation().equals(Pair.of(1))) {
            graph.put(node.output(0), dilated(graph, slide, x, from));
        } else if (node.flag("count_include_pad")) {
            // A border that counts is like any other zeros, and may be wider than our layer's.
            AvgPool2d layer = new AvgPool2d(window(slide, Pair.of(0), node.flag("ceil_mode")), true);
            graph.put(node.output(0), graph.add(layer, graph.add(slide.zeros(), from)));
        } else if (slide.isSymmetric()) {
            AvgPool2d layer = new AvgPool2d(window(slide, slide.before(), node.flag("ceil_mode")), false);
            graph.put(node.output(0), graph.add(layer, from));
        } else {
            graph.put(node.output(0), cut(graph, slide, graph.given().expectedShape(node.output(0)), from));
        }
    }

    /** The wider border on both sides, and the positions that it adds cut off. */
    private static Port cut(Graph graph, Slide slide, Shape y, Port from) {
        if (!slide.stride().equals(Pair.of(1))) {
            throw new Skipped("a border of two widths that doesn't count has a stride of 1 here");
        }
        int above = Math.max(slide.before().height(), slide.after().height());
        int left = Math.max(slide.before().width(), slide.after().width());
        Port whole = graph.add(new AvgPool2d(window(slide, new Pair(above, left), false), false), from);
        int row = above - slide.before().height();
        int column = left - slide.before().width();
        Port rows = graph.add(new Slice(2, row, row + y.size(2)), whole);
        return graph.add(new Slice(3, column, column + y.size(3)), rows);
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
        MaxUnpool2d layer = new MaxUnpool2d(slide.kernel(), slide.stride(), slide.before(), null);
        Port y = graph.add(layer, graph.first(node.input(0)), graph.first(node.input(1)));
        if (node.hasInput(2)) {
            Shape smallest = layer.outputs(List.of(x, x)).get(0);
            int[] wanted = graph.given().wholes(node.input(2));
            y = graph.add(Pad.zeros(0, wanted[3] - smallest.size(3), 0, wanted[2] - smallest.size(2)), y);
        }
        graph.put(node.output(0), y);
    }
}
