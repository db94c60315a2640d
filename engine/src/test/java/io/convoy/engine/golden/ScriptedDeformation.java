package io.convoy.engine.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.convoy.engine.layer.DeformConv2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Deformable convolutions. libtorch has none, so their scripts put one together from its parts; what they mean is in the case's
 * arguments.
 */
final class ScriptedDeformation {
    private ScriptedDeformation() {}

    static boolean describes(GoldenCase golden) {
        return golden.args().has("offset_groups");
    }

    static Value call(ScriptedNetwork network, List<String> names, List<Value> arguments) {
        JsonNode args = network.golden().args();
        Value weight = arguments.get(names.indexOf("w"));
        Shape w = ScriptedNetwork.shapeOf(weight);
        int groups = args.get("groups").intValue();
        boolean masked = names.contains("mask");
        DeformConv2d layer = new DeformConv2d(
                w.size(1) * groups,
                w.size(0),
                new Pair(w.size(2), w.size(3)),
                pair(args.get("stride")),
                pair(args.get("padding")),
                pair(args.get("dilation")),
                groups,
                args.get("offset_groups").intValue(),
                masked,
                names.contains("b"));
        Value bias = names.contains("b") ? arguments.get(names.indexOf("b")) : new Value.None();
        Value x = arguments.get(names.indexOf("x"));
        Value offset = arguments.get(names.indexOf("offset"));
        String scope = network.scope(List.of("weight", "bias"), weight, bias);
        return masked
                ? network.add(scope, layer, x, offset, arguments.get(names.indexOf("mask")))
                : network.add(scope, layer, x, offset);
    }

    private static Pair pair(JsonNode both) {
        return new Pair(both.get(0).intValue(), both.get(1).intValue());
    }
}
