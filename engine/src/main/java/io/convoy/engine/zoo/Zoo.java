package io.convoy.engine.zoo;

import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The networks that a configuration can name. */
public final class Zoo {
    private interface Builder {
        Network build(Shape image, int classes);
    }

    private static final Map<String, Builder> NETWORKS = networks();

    private Zoo() {}

    private static Map<String, Builder> networks() {
        Map<String, Builder> networks = new LinkedHashMap<>();
        networks.put("lenet5", Lenet5::of);
        for (int depth : new int[] {8, 14, 20, 32, 56}) {
            networks.put("resnet" + depth, (image, classes) -> CifarResNet.of(image, classes, depth));
        }
        return networks;
    }

    /** The names, in order. */
    public static List<String> names() {
        return List.copyOf(NETWORKS.keySet());
    }

    /**
     * The network called {@code name}.
     *
     * @param image [C, H, W]
     * @param classes outputs, at least 1
     * @throws IllegalArgumentException if there is none of that name, or it can't take such images
     */
    public static Network network(String name, Shape image, int classes) {
        Builder builder = NETWORKS.get(name);
        if (builder == null) {
            throw new IllegalArgumentException(
                    "Zoo expects one of " + String.join(", ", NETWORKS.keySet()) + ", but it got \"" + name + "\".");
        }
        return builder.build(image, classes);
    }
}
