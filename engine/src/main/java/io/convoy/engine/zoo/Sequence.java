package io.convoy.engine.zoo;

import io.convoy.engine.layer.Layer;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;

/** Layers one behind the other, called {@code name.0}, {@code name.1} … as PyTorch calls the parts of a Sequential. */
final class Sequence {
    private final Network.Builder network;
    private final String name;
    private Port end;
    private int next;

    Sequence(Network.Builder network, String name, Port start) {
        this.network = network;
        this.name = name;
        this.end = start;
    }

    Sequence add(Layer layer) {
        end = network.add(name + "." + next++, layer, end);
        return this;
    }

    Port end() {
        return end;
    }
}
