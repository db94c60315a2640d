package io.convoy.engine.zoo;

import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/** Networks by the names that configurations use. */
public final class Zoo {
    @FunctionalInterface
    private interface Builder {
        Network build(Shape image, int classes);
    }

    private static final Map<String, Builder> BUILDERS = builders();

    private Zoo() {}

    private static Map<String, Builder> builders() {
        Map<String, Builder> builders = new LinkedHashMap<>();
        builders.put("lenet5", Lenet5::of);
        for (int depth : new int[] {8, 14, 20, 32, 56}) {
            builders.put("resnet" + depth, (image, classes) -> CifarResNet.of(image, classes, depth));
        }
        return builders;
    }

    /**
     * The network called {@code name} for images [C, H, W] in {@code classes} classes.
     *
     * @throws IllegalArgumentException if there is no such network, or it can't take such images
     */
    public static Network network(String name, Shape image, int classes) {
        Builder builder = BUILDERS.get(name);
        if (builder == null) {
            throw new IllegalArgumentException("network.name expects one of " + String.join(", ", BUILDERS.keySet())
                    + ", but it is \"" + name + "\".");
        }
        return builder.build(image, classes);
    }
}
