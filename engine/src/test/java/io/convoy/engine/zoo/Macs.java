package io.convoy.engine.zoo;

import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Node;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.Map;

/** Counts a network's multiplications and additions for one image, in convolutions and fully connected layers. */
final class Macs {
    private Macs() {}

    static double billions(Network network) {
        Map<Port, Shape> shapes = network.shapes(1);
        return network.nodes().stream()
                        .mapToLong(node -> of(node, shapes.get(new Port(node.name(), 0))))
                        .sum()
                / 1e9;
    }

    private static long of(Node node, Shape output) {
        Layer layer = node.layer();
        if (layer instanceof Conv2d conv) {
            return output.count()
                    * (conv.in() / conv.groups())
                    * conv.kernel().height()
                    * conv.kernel().width();
        }
        return layer instanceof Linear linear ? (long) linear.in() * linear.out() : 0;
    }
}
