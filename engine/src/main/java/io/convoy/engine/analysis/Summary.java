package io.convoy.engine.analysis;

import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a network costs, node by node and in total, for one sample. Multiply-accumulates (MACs) are those of convolutions and
 * matrix products; FLOPs are twice as many.
 *
 * @param name what people call the network
 * @param network the network
 * @param layers one for each node, in order
 */
public record Summary(String name, Network network, List<LayerSummary> layers) {
    public Summary {
        layers = List.copyOf(layers);
    }

    /** Counts. */
    public static Summary of(String name, Network network) {
        Map<Port, Shape> shapes = network.shapes(1);
        List<Map<Port, ReceptiveField>> fields = network.inputs().stream()
                .filter(input -> input.sample().rank() == 3)
                .map(input -> ReceptiveField.of(network, input.name()))
                .toList();
        Set<String> counted = new HashSet<>();
        List<LayerSummary> layers = new ArrayList<>();
        for (Network.Node node : network.nodes()) {
            List<Shape> outputs = new ArrayList<>();
            for (Port port = new Port(node.name(), 0);
                    shapes.containsKey(port);
                    port = new Port(node.name(), port.output() + 1)) {
                outputs.add(shapes.get(port).sample());
            }
            long parameters = node.layer().parameters().stream()
                    .filter(spec -> counted.add(node.parameters() + "." + spec.name()))
                    .mapToLong(spec -> spec.shape().count())
                    .sum();
            layers.add(new LayerSummary(
                    node.name(),
                    node.layer(),
                    outputs,
                    parameters,
                    node.layer().macs(node.inputs().stream().map(shapes::get).toList()),
                    outputs.stream().mapToLong(Shape::count).sum() * Float.BYTES,
                    field(fields, new Port(node.name(), 0))));
        }
        return new Summary(name, network, layers);
    }

    /** Of the first input that the node sees anything of. */
    private static @Nullable ReceptiveField field(List<Map<Port, ReceptiveField>> fields, Port port) {
        for (Map<Port, ReceptiveField> ofInput : fields) {
            ReceptiveField field = ofInput.get(port);
            if (field != null && field.size() > 0) {
                return field;
            }
        }
        return null;
    }

    /** Trainable values. */
    public long parameters() {
        return layers.stream().mapToLong(LayerSummary::parameters).sum();
    }

    /** Multiply-accumulates a sample. */
    public long macs() {
        return layers.stream().mapToLong(LayerSummary::macs).sum();
    }

    /** Floating-point operations a sample: a multiply-accumulate is two. */
    public long flops() {
        return 2 * macs();
    }

    /**
     * The size in pixels, along either axis, of the largest receptive field of a feature map: the image's where all places of one
     * see the whole of it, as behind squeeze-and-excitation. What has a single place, as behind global pooling, or none, counts
     * only where there is nothing else; 0 without an image.
     */
    public int receptiveField() {
        int largest = 0;
        int whole = 0;
        int wholeOfMaps = 0;
        for (LayerSummary layer : layers) {
            ReceptiveField field = layer.receptiveField();
            if (field != null) {
                for (int axis = 1; axis <= 2; axis++) {
                    ReceptiveField.Axis seen = axis == 1 ? field.height() : field.width();
                    Shape output = layer.outputs().get(0);
                    boolean places = output.rank() == 3 && output.size(axis) > 1;
                    largest = Math.max(largest, seen.whole() ? 0 : seen.size());
                    whole = Math.max(whole, seen.whole() ? seen.size() : 0);
                    wholeOfMaps = Math.max(wholeOfMaps, seen.whole() && places ? seen.size() : 0);
                }
            }
        }
        return wholeOfMaps > 0 ? wholeOfMaps : largest > 0 ? largest : whole;
    }
}
