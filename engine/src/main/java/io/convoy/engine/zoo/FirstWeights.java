package io.convoy.engine.zoo;

import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Node;
import java.util.function.Function;

/** How the families draw their first weights where it isn't as the layers do: one rule for all layers of a kind. */
final class FirstWeights {
    static final Initializer ZERO = new Initializer.Constant(0);

    private FirstWeights() {}

    /**
     * Has one parameter of all layers of a kind drawn by a rule.
     *
     * @param network with its outputs declared
     * @param parameter its name in the layer; a layer without it is passed over
     * @param rule from the layer to how its parameter is drawn
     */
    static <L extends Layer> void draw(
            Network.Builder network, Class<L> kind, String parameter, Function<L, Initializer> rule) {
        for (Node node : network.build().nodes()) {
            boolean there = node.layer().parameters().stream()
                    .anyMatch(spec -> spec.name().equals(parameter));
            if (there && kind.isInstance(node.layer())) {
                network.initialize(node.parameters() + "." + parameter, rule.apply(kind.cast(node.layer())));
            }
        }
    }

    /** He et al. 2015, forward: normal with deviation √(2 / (in / groups · kernel height · kernel width)). */
    static Initializer fanIn(Conv2d layer) {
        return he((long) layer.in()
                / layer.groups()
                * layer.kernel().height()
                * layer.kernel().width());
    }

    /** He et al. 2015, backward: normal with deviation √(2 / (out · kernel height · kernel width)), as torchvision does. */
    static Initializer fanOut(Conv2d layer) {
        return he((long) layer.out() * layer.kernel().height() * layer.kernel().width());
    }

    private static Initializer he(long fan) {
        return new Initializer.Normal(Math.sqrt(2.0 / fan));
    }
}
