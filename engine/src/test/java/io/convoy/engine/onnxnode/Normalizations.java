package io.convoy.engine.onnxnode;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.GroupNorm;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LayerNorm;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Normalisations: x, scale, bias. */
final class Normalizations {
    static final Map<String, Operator> TABLE = Map.of(
            "BatchNormalization", Normalizations::batch,
            "GroupNormalization", Normalizations::group,
            "InstanceNormalization", Normalizations::instance,
            "LRN", Normalizations::localResponse,
            "LayerNormalization", Normalizations::layer);

    private Normalizations() {}

    private static Port affine(NodeCase.Node node, Graph graph, Layer layer, Port from) {
        Map<String, float[]> parameters = new HashMap<>();
        parameters.put("weight", graph.given().floats(node.input(1)));
        if (node.hasInput(2)) {
            parameters.put("bias", graph.given().floats(node.input(2)));
        }
        return graph.add(layer, parameters, from);
    }

    /**
     * Running mean and variance follow. In training ONNX gives them anew, from the batch's biased variance where ours, like
     * PyTorch's, is unbiased.
     */
    private static void batch(NodeCase.Node node, Graph graph) {
        int channels = graph.given().shape(node.input(1)).size(0);
        // ONNX's momentum is the weight of the old statistics.
        double momentum = 1 - node.number("momentum", 0.9);
        BatchNorm2d layer = new BatchNorm2d(channels, node.number("epsilon", 1e-5), momentum, true);
        float[] mean = graph.given().floats(node.input(3));
        float[] variance = graph.given().floats(node.input(4));
        graph.statistics(mean, variance);
        graph.put(node.output(0), affine(node, graph, layer, graph.first(node.input(0))));
        if (node.flag("training_mode")) {
            graph.train();
            graph.afterwards(statistics -> {
                graph.compare(node.output(1), blended(mean, Arrays.copyOfRange(statistics, 0, channels), momentum));
                graph.compare(
                        node.output(2),
                        blended(variance, Arrays.copyOfRange(statistics, channels, 2 * channels), momentum));
            });
        }
    }

    private static float[] blended(float[] old, float[] now, double momentum) {
        float[] blended = new float[old.length];
        for (int c = 0; c < old.length; c++) {
            blended[c] = (float) ((1 - momentum) * old[c] + momentum * now[c]);
        }
        return blended;
    }

    private static void group(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        if (graph.given().shape(node.input(1)).size(0) != x.size(1)) {
            throw new Skipped("ONNX's group normalisation had a weight a group before version 21");
        }
        GroupNorm layer = new GroupNorm(node.whole("num_groups", 1), x.size(1), node.number("epsilon", 1e-5), true);
        graph.put(node.output(0), affine(node, graph, layer, graph.first(node.input(0))));
    }

    private static void instance(NodeCase.Node node, Graph graph) {
        int channels = graph.given().shape(node.input(0)).size(1);
        InstanceNorm2d layer = new InstanceNorm2d(channels, node.number("epsilon", 1e-5), true);
        graph.put(node.output(0), affine(node, graph, layer, graph.first(node.input(0))));
    }

    private static void localResponse(NodeCase.Node node, Graph graph) {
        int size = node.whole("size", 1);
        if (size % 2 == 0) {
            throw new Skipped("the odd channel of an even window is at the other side in ONNX");
        }
        LocalResponseNorm layer = new LocalResponseNorm(
                size, node.number("alpha", 1e-4), node.number("beta", 0.75), node.number("bias", 1));
        graph.put(node.output(0), graph.add(layer, graph.first(node.input(0))));
    }

    /** Our layer keeps the deviation to itself. */
    private static void layer(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        int axis = node.whole("axis", -1);
        int first = axis < 0 ? axis + x.rank() : axis;
        Shape last = Shape.of(Arrays.copyOfRange(x.toArray(), first, x.rank()));
        LayerNorm layer = new LayerNorm(last, node.number("epsilon", 1e-5), true, node.hasInput(2));
        Port from = graph.whole(node.input(0));
        graph.put(node.output(0), affine(node, graph, layer, from));
        if (node.hasOutput(1)) {
            Integer[] dims = IntStream.rangeClosed(first + 1, x.rank()).boxed().toArray(Integer[]::new);
            graph.put(node.output(1), graph.add(Reduce.mean(dims), from));
        }
        if (node.hasOutput(2)) {
            graph.leave(node.output(2));
        }
    }
}
