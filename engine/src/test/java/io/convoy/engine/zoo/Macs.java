package io.convoy.engine.zoo;

import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Node;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Counts a network's multiply-accumulates for one image. */
final class Macs {
    private Macs() {}

    static double billions(Network network) {
        Map<Port, Shape> shapes = network.shapes(1);
        long macs = 0;
        for (Node node : network.nodes()) {
            List<Shape> inputs = node.inputs().stream()
                    .map(port -> Objects.requireNonNull(shapes.get(port)))
                    .toList();
            macs += node.layer().macs(inputs);
        }
        return macs / 1e9;
    }
}
