package io.convoy.engine.zoo;

import io.convoy.engine.layer.LearnedScalars;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network with several tasks: one backbone, whose features a head for each task reads (Caruana, "Multitask learning", 1997).
 *
 * <pre>
 * image [C, H, W] → backbone → heads.0 [outputs of task 0], heads.1 [outputs of task 1], …
 * </pre>
 *
 * Output i belongs to task i; a {@link io.convoy.engine.loss.WeightedSum} gives each a loss of its own. Parameters: those of the
 * backbone, and {@code heads.i} with weight [outputs, features] and bias.
 */
public final class TaskHeads {
    private TaskHeads() {}

    /** The node of the logarithms of the tasks' variances, in networks that learn how their tasks are weighed. */
    public static final String VARIANCES = "taskVariances";

    /**
     * A network whose last layer makes room for heads, {@code heads.} and the task's name: they read what that layer read and are
     * drawn as it was. All other parameters keep their names, so that weights of the network without heads can be loaded.
     *
     * @param classifier any network of one input whose first output is that of a {@link Linear}; only that output counts
     * @param names of the tasks, each once
     * @param outputs of each task: its classes, or 1 for a number
     * @param learned how many weights of losses the network learns, 0 for none: a last output [learned] more, as {@link
     *     io.convoy.engine.loss.UncertaintyWeighted} reads it, of a {@link LearnedScalars} called {@value #VARIANCES}
     */
    public static Network inPlaceOfClassifier(
            Network classifier, List<String> names, List<Integer> outputs, int learned) {
        requireOutputs(outputs);
        if (names.size() != outputs.size()) {
            throw new IllegalArgumentException(
                    "TaskHeads expects a name for each of " + outputs.size() + " tasks, but names is " + names + ".");
        }
        Network whole = classifier.upTo(0);
        Network.Node last = whole.nodes().get(whole.nodes().size() - 1);
        if (whole.inputs().size() != 1 || !(last.layer() instanceof Linear linear)) {
            throw new IllegalArgumentException("TaskHeads expects a network of 1 input that ends with a Linear, whose"
                    + " place the heads take, but it has " + whole.inputs().size() + " and ends with " + last.layer()
                    + ". Maybe choose another one, or describe one with an output for each task.");
        }
        Network.Builder network = Network.builder();
        whole.inputs().forEach(input -> network.input(input.name(), input.sample()));
        for (Network.Node node : whole.nodes().subList(0, whole.nodes().size() - 1)) {
            network.addSharing(
                    node.name(), node.parameters(), node.layer(), node.inputs().toArray(Port[]::new));
        }
        Port features = last.inputs().get(0);
        List<Port> ports = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String head = "heads." + names.get(i);
            ports.add(network.add(head, new Linear(linear.in(), outputs.get(i), linear.bias()), features));
        }
        whole.initializers().forEach((parameter, initializer) -> {
            if (parameter.startsWith(last.parameters() + ".")) {
                String own = parameter.substring(last.parameters().length());
                names.forEach(name -> network.initialize("heads." + name + own, initializer));
            } else {
                network.initialize(parameter, initializer);
            }
        });
        if (learned > 0) {
            ports.add(network.add(VARIANCES, new LearnedScalars(learned), features));
        }
        ports.forEach(network::output);
        return network.build();
    }

    /**
     * A network whose backbone's output are the features, behind a ReLU; its parameters are called {@code backbone.…}.
     *
     * @param backbone any network of one input whose first output is a vector, the features: one of the zoo with their number in
     *     place of its classes
     * @param outputs of each task: its classes, or the numbers that it foretells; at least one task, each with at least 1
     */
    public static Network of(Network backbone, List<Integer> outputs) {
        requireOutputs(outputs);
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

    private static void requireOutputs(List<Integer> outputs) {
        if (outputs.isEmpty() || outputs.stream().anyMatch(count -> count < 1)) {
            throw new IllegalArgumentException(
                    "TaskHeads expects at least one task with at least 1 output, but outputs is " + outputs + ".");
        }
    }
}
