package io.convoy.engine.zoo;

import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network with several tasks: one backbone, whose features a head for each task reads (Caruana, "Multitask learning", 1997).
 *
 * <pre>
 * image [C, H, W] → backbone → ReLU → heads.0 [outputs of task 0], heads.1 [outputs of task 1], …
 * </pre>
 *
 * Output i belongs to task i; a {@link io.convoy.engine.loss.WeightedSum} gives each a loss of its own. Parameters: {@code
 * backbone.…}, and {@code heads.i} with weight [outputs, features] and bias.
 */
public final class TaskHeads {
    private TaskHeads() {}

    /**
     * The network.
     *
     * @param backbone any network of one input whose first output is a vector, the features: one of the zoo with their number in
     *     place of its classes
     * @param outputs of each task: its classes, or the numbers that it foretells; at least one task, each with at least 1
     */
    public static Network of(Network backbone, List<Integer> outputs) {
        if (outputs.isEmpty() || outputs.stream().anyMatch(count -> count < 1)) {
            throw new IllegalArgumentException(
                    "TaskHeads expects at least one task with at least 1 output, but outputs is " + outputs + ".");
        }
        Shape features = backbone.outputSample(0);
        if (backbone.inputs().size() != 1 || features.rank() != 1) {
            throw new ShapeException("TaskHeads expects a backbone from 1 input to [F], but it is one from "
                    + backbone.inputs().size() + " to " + features + ".");
        }
        Network.Builder network = Network.builder();
        Network.Input image = backbone.inputs().get(0);
        Port x = network.input(image.name(), image.sample());
        Port y = network.add(
                "relu",
                new Relu(),
                network.include("backbone", "backbone", backbone.upTo(0), x).get(0));
        IntStream.range(0, outputs.size())
                .mapToObj(i -> network.add("heads." + i, Linear.of(features.size(0), outputs.get(i)), y))
                .toList()
                .forEach(network::output);
        return network.build();
    }
}
