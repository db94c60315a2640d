package io.convoy.engine.block;

import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import java.util.List;

/**
 * A part of a network that is made of several layers, as a value: an immutable record whose components are its configuration.
 * Its nodes are called {@code name.part}, and so are their parameters; parts have torchvision's names, or else the paper's.
 */
public interface Block {
    /**
     * Adds the block's nodes.
     *
     * @param builder the network under construction
     * @param name the block's name, in front of the names of its nodes
     * @param x what the block reads
     * @return what the block gives
     * @throws io.convoy.engine.layer.ShapeException if the block can't take what {@code x} gives
     */
    Port addTo(Network.Builder builder, String name, Port x);

    /**
     * As above, for a block that can read several ports; most read one.
     *
     * @throws IllegalArgumentException if it doesn't read as many
     */
    default Port addTo(Network.Builder builder, String name, List<Port> x) {
        if (x.size() != 1) {
            throw new IllegalArgumentException(
                    "Block " + name + ": " + this + " expects 1 input, but it got " + x.size() + ".");
        }
        return addTo(builder, name, x.get(0));
    }
}
