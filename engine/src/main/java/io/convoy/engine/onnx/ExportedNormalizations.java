package io.convoy.engine.onnx;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.GroupNorm;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.LayerNorm;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.tensor.Shape;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Normalisations, in inference. */
final class ExportedNormalizations {
    private ExportedNormalizations() {}

    static void addTo(ExportRules rules) {
        rules.add(BatchNorm2d.class, ExportedNormalizations::batch);
        rules.add(GroupNorm.class, ExportedNormalizations::group);
        rules.add(InstanceNorm2d.class, ExportedNormalizations::instance);
        rules.add(LayerNorm.class, ExportedNormalizations::layer);
        rules.add(LocalResponseNorm.class, ExportedNormalizations::localResponse);
    }

    /** x, weight, bias; ones and zeros where the layer has none. */
    private static List<String> inputs(ExportedNode node, Shape shape, boolean weight, boolean bias) {
        List<String> inputs = new ArrayList<>(List.of(node.input(0)));
        inputs.add(weight ? node.parameter("weight") : node.filled("ones", shape, 1));
        inputs.add(bias ? node.parameter("bias") : node.filled("zeros", shape, 0));
        return inputs;
    }

    private static void batch(BatchNorm2d layer, ExportedNode node) {
        if (!layer.trackRunningStatistics()) {
            throw node.refused(
                    "it normalises by the batch's own statistics, which inference in ONNX doesn't",
                    "train with running statistics");
        }
        List<String> inputs = inputs(node, Shape.of(layer.channels()), layer.affine(), layer.affine());
        inputs.addAll(node.statistics());
        Map<String, Attribute> attributes = new HashMap<>(Map.of("epsilon", Attribute.of(layer.epsilon())));
        Double momentum = layer.momentum();
        if (momentum != null) {
            // ONNX's is the weight of the old statistics.
            double kept = BigDecimal.ONE.subtract(BigDecimal.valueOf(momentum)).doubleValue();
            attributes.put("momentum", Attribute.of(kept));
        }
        node.emit("BatchNormalization", attributes, inputs.toArray(String[]::new));
    }

    /** Version 21 is the first with a weight a channel. */
    private static void group(GroupNorm layer, ExportedNode node) {
        node.graph().require(21);
        node.emit(
                "GroupNormalization",
                Map.of("epsilon", Attribute.of(layer.epsilon()), "num_groups", Attribute.of(layer.groups())),
                inputs(node, Shape.of(layer.channels()), layer.affine(), layer.affine())
                        .toArray(String[]::new));
    }

    /** By running statistics it does in inference what BatchNorm does. */
    private static void instance(InstanceNorm2d layer, ExportedNode node) {
        if (layer.trackRunningStatistics()) {
            batch(new BatchNorm2d(layer.channels(), layer.epsilon(), layer.momentum(), layer.affine()), node);
            return;
        }
        node.emit(
                "InstanceNormalization",
                Map.of("epsilon", Attribute.of(layer.epsilon())),
                inputs(node, Shape.of(layer.channels()), layer.affine(), layer.affine())
                        .toArray(String[]::new));
    }

    private static void layer(LayerNorm layer, ExportedNode node) {
        List<String> inputs = inputs(node, layer.normalizedShape(), layer.affine(), layer.bias());
        node.emit(
                "LayerNormalization",
                Map.of(
                        "axis", Attribute.of(-layer.normalizedShape().rank()),
                        "epsilon", Attribute.of(layer.epsilon())),
                inputs.subList(0, layer.bias() ? 3 : 2).toArray(String[]::new));
    }

    private static void localResponse(LocalResponseNorm layer, ExportedNode node) {
        if (layer.size() % 2 == 0) {
            throw node.refused("the odd channel of an even window is at the other side in ONNX", "choose an odd size");
        }
        node.emit(
                "LRN",
                Map.of(
                        "size", Attribute.of(layer.size()),
                        "alpha", Attribute.of(layer.alpha()),
                        "beta", Attribute.of(layer.beta()),
                        "bias", Attribute.of(layer.k())),
                node.input(0));
    }
}
