package io.convoy.engine.zoo;

import io.convoy.engine.tensor.Shape;
import java.util.Map;
import java.util.stream.Collectors;

/** The checks that the families share, with messages in one form. */
final class Expect {
    private Expect() {}

    /** The row of {@code table} for {@code depth}. */
    static <R> R depth(String network, Map<Integer, R> table, int depth) {
        R row = table.get(depth);
        if (row == null) {
            String known = table.keySet().stream().map(String::valueOf).collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    network + " expects a depth of " + known + ", but depth is " + depth + ".");
        }
        return row;
    }

    /** That {@code image} is [C, H, W] and that the smallest of H and W survives the network's strides. */
    static void image(String network, int smallest, Shape image) {
        if (image.rank() != 3 || image.size(1) < smallest || image.size(2) < smallest) {
            throw new IllegalArgumentException(network + " expects images of [C, H, W] with H and W of at least "
                    + smallest + ", but they are " + image + ".");
        }
    }
}
