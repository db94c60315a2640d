package io.convoy.engine.onnx;

import io.convoy.engine.layer.Layer;
import io.convoy.engine.network.Network.Port;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A layer that may become a node, if something needs it.
 *
 * @param port its first output, under a name of the plan
 * @param name what the node is to be called, if that is free
 * @param scope where its parameters are to lie
 * @param parameters their values by the layer's names
 * @param statistics running mean and variance, if it has any
 */
record PlannedNode(
        Port port,
        String name,
        String scope,
        Layer layer,
        List<Port> inputs,
        Map<String, float[]> parameters,
        List<float[]> statistics) {
    PlannedNode {
        inputs = List.copyOf(inputs);
        statistics = List.copyOf(statistics);
    }

    /** Whether both can have one set of parameters and statistics. */
    boolean shares(PlannedNode other) {
        boolean shares = !parameters.isEmpty()
                && layer.equals(other.layer)
                && parameters.keySet().equals(other.parameters.keySet())
                && statistics.size() == other.statistics.size();
        for (String name : shares ? parameters.keySet() : List.<String>of()) {
            shares &= Arrays.equals(parameters.get(name), other.parameters.get(name));
        }
        for (int i = 0; shares && i < statistics.size(); i++) {
            shares = Arrays.equals(statistics.get(i), other.statistics.get(i));
        }
        return shares;
    }
}
