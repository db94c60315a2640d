package io.convoy.engine.onnx;

import static java.util.Map.entry;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.GroupNorm;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LayerNorm;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Normalisations: x, weight, bias. */
final class ImportedNormalizations {
    static final Map<String, ImportRule> RULES = Map.ofEntries(
            entry("BatchNormalization", ImportedNormalizations::batch),
            entry("GroupNormalization", ImportedNormalizations::group),
            entry("InstanceNormalization", ImportedNormalizations::instance),
            entry("LRN", ImportedNormalizations::localResponse),
            entry("LayerNormalization", ImportedNormalizations::layer));

    private ImportedNormalizations() {}

    private static Map<String, float[]> parameters(ImportedNode node) {
        Map<String, float[]> parameters = new HashMap<>();
        parameters.put("weight", ImportedNode.flat(node.floats(1)));
        if (node.hasInput(2)) {
            parameters.put("bias", ImportedNode.flat(node.floats(2)));
        }
        return parameters;
    }

    private static void requireLength(ImportedNode node, int length, int... inputs) {
        for (int input : inputs) {
            if (node.floats(input).shape().count() != length) {
                throw node.refused(
                        length + " values as input " + input,
                        "it is " + node.floats(input).shape(),
                        "");
            }
        }
    }

    private static Port affine(ImportedNode node, Layer layer, Port x) {
        return node.add(node.scope(node.floats(1), "weight"), layer, parameters(node), x);
    }

    private static void batch(ImportedNode node) {
        if (node.flag("training_mode")) {
            throw node.refused("inference", "its training_mode is set", "export the network in inference");
        }
        int channels = Math.toIntExact(node.floats(1).shape().count());
        requireLength(node, channels, 2, 3, 4);
        // ONNX's momentum is the weight of the old statistics.
        double momentum = BigDecimal.ONE
                .subtract(BigDecimal.valueOf(node.number("momentum", 0.9)))
                .doubleValue();
        BatchNorm2d layer =
                new BatchNorm2d(channels, node.number("epsilon", 1e-5), Math.max(0, Math.min(1, momentum)), true);
        boolean vector = node.shape(0).rank() == 2 && !node.oneSample();
        Port x = vector ? node.port(0) : node.maps(0);
        Port y = node.add(
                node.scope(node.floats(1), "weight"),
                layer,
                parameters(node),
                List.of(ImportedNode.flat(node.floats(3)), ImportedNode.flat(node.floats(4))),
                x);
        if (vector) {
            node.put(y);
        } else {
            node.putMaps(0, y, 0);
        }
    }

    /** Before version 21 there was a weight a group. */
    private static void group(ImportedNode node) {
        Shape x = node.shape(0);
        if (x.rank() < 2 || node.oneSample()) {
            throw node.refused("[N, C, …]", "its input is " + x, "");
        }
        int groups = node.count("num_groups", 1);
        int channels = x.size(1);
        Map<String, float[]> parameters = new HashMap<>();
        parameters.put("weight", perChannel(node, 1, groups, channels));
        parameters.put("bias", perChannel(node, 2, groups, channels));
        GroupNorm layer = new GroupNorm(groups, channels, node.number("epsilon", 1e-5), true);
        node.put(node.add(node.scope(node.floats(1), "weight"), layer, parameters, node.port(0)));
    }

    private static float[] perChannel(ImportedNode node, int input, int groups, int channels) {
        float[] values = ImportedNode.flat(node.floats(input));
        if (node.graph().opset() >= 21 || groups == channels) {
            requireLength(node, channels, input);
            return values;
        }
        requireLength(node, groups, input);
        float[] repeated = new float[channels];
        for (int c = 0; c < channels; c++) {
            repeated[c] = values[(int) ((long) c * groups / channels)];
        }
        return repeated;
    }

    private static void instance(ImportedNode node) {
        int channels = Math.toIntExact(node.floats(1).shape().count());
        requireLength(node, channels, 2);
        InstanceNorm2d layer = new InstanceNorm2d(channels, node.number("epsilon", 1e-5), true);
        node.putMaps(0, affine(node, layer, node.maps(0)), 0);
    }

    private static void localResponse(ImportedNode node) {
        int size = node.count("size", 1);
        if (size % 2 == 0) {
            throw node.refused(
                    "an odd size",
                    "size is " + size + ", and the odd channel of an even window is at the other side here",
                    "");
        }
        LocalResponseNorm layer = new LocalResponseNorm(
                size, node.number("alpha", 1e-4), node.number("beta", 0.75), node.number("bias", 1));
        node.putMaps(0, node.add(layer, node.maps(0)), 0);
    }

    /** Over the last dimensions from the axis on. */
    private static void layer(ImportedNode node) {
        Port x = node.port(0);
        Shape batched = node.graph().shape(x);
        int first = node.sampleAxis(node.whole("axis", -1), node.shape(x).rank());
        Shape last = Shape.of(Arrays.copyOfRange(batched.toArray(), first, batched.rank()));
        requireLength(node, Math.toIntExact(last.count()), 1);
        if (node.hasInput(2)) {
            requireLength(node, Math.toIntExact(last.count()), 2);
        }
        LayerNorm layer = new LayerNorm(last, node.number("epsilon", 1e-5), true, node.hasInput(2));
        node.put(affine(node, layer, x));
        if (node.hasOutput(1)) {
            Integer[] dims = IntStream.range(first, batched.rank()).boxed().toArray(Integer[]::new);
            node.put(1, node.step("mean", Reduce.mean(dims), x));
        }
        node.leave(2, "is a deviation, which the layer keeps to itself");
    }
}
