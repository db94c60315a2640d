package io.convoy.engine.analysis;

import io.convoy.engine.layer.AxisReach;
import io.convoy.engine.layer.Reach;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.HashMap;
import java.util.Map;

/**
 * What the places of a tensor see of an image (Araujo, Norris and Sim, "Computing receptive fields of convolutional neural
 * networks", 2019), as if the image had no borders. The size is that of the smallest window that holds all pixels that any place
 * sees; where places differ, as behind a transposed convolution, that of those that see most. It is exact through branches,
 * dilation and transposed convolutions, since sets of pixels are joined, not sizes.
 *
 * <p>What global pooling, a fully connected layer, attention or a normalisation over all places makes sees the whole image. So
 * does a join of branches whose strides differ, which no window describes.
 *
 * @param height along H
 * @param width along W
 */
public record ReceptiveField(Axis height, Axis width) {
    /**
     * Along one axis, in pixels.
     *
     * @param size from the first pixel that a place sees to the last; 0 if it sees none
     * @param stride from one place to the next on average; below 1 behind upsampling; 0 if all places see the same
     * @param offset the middle of what the first place sees, 0 being the middle of the image's first pixel
     * @param whole whether it is the whole image, and {@code size} that
     */
    public record Axis(int size, double stride, double offset, boolean whole) {
        static Axis of(AxisReach reach, int length) {
            if (reach.isWhole()) {
                return new Axis(length, 0, (length - 1) / 2.0, true);
            }
            return reach.isNothing()
                    ? new Axis(0, 0, 0, false)
                    : new Axis(reach.size(), reach.stride(), reach.offset(), false);
        }
    }

    /** Whether it is the whole image along both axes. */
    public boolean isWhole() {
        return height.whole() && width.whole();
    }

    /** The larger of both sizes. */
    public int size() {
        return Math.max(height.size(), width.size());
    }

    /**
     * What every port sees of one input of the network.
     *
     * @param input its name; an input whose samples are not [C, H, W] has no pixels, and nothing sees any of it
     */
    public static Map<Port, ReceptiveField> of(Network network, String input) {
        Shape image = network.inputs().stream()
                .filter(one -> one.name().equals(input))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "ReceptiveField expects an input of the network, but it got \"" + input + "\"."))
                .sample();
        int height = image.rank() == 3 ? image.size(1) : 0;
        int width = image.rank() == 3 ? image.size(2) : 0;
        Map<Port, ReceptiveField> fields = new HashMap<>();
        reaches(network, input)
                .forEach((port, reach) -> fields.put(
                        port, new ReceptiveField(Axis.of(reach.height(), height), Axis.of(reach.width(), width))));
        return fields;
    }

    /** The pixels themselves. */
    static Map<Port, Reach> reaches(Network network, String input) {
        Map<Port, Shape> shapes = network.shapes(1);
        Map<Port, Reach> reaches = new HashMap<>();
        for (Network.Input one : network.inputs()) {
            boolean pixels = one.name().equals(input) && one.sample().rank() == 3;
            reaches.put(new Port(one.name(), 0), pixels ? Reach.SAME : Reach.NOTHING);
        }
        for (Network.Node node : network.nodes()) {
            var read = node.inputs().stream().map(shapes::get).toList();
            Reach seen = Reach.NOTHING;
            for (int i = 0; i < read.size(); i++) {
                Reach before = reaches.getOrDefault(node.inputs().get(i), Reach.NOTHING);
                seen = seen.or(node.layer().reach(i, read).after(before));
            }
            for (Port port = new Port(node.name(), 0);
                    shapes.containsKey(port);
                    port = new Port(node.name(), port.output() + 1)) {
                reaches.put(port, seen);
            }
        }
        return reaches;
    }
}
