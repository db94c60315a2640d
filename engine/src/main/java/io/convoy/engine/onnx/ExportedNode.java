package io.convoy.engine.onnx;

import io.convoy.engine.layer.Layer;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A node of a network on its way into an ONNX graph. The last of its operators has the node's name; what comes before that, and
 * constants, have names that start with it.
 */
final class ExportedNode {
    private final ExportGraph graph;
    private final Network.Node node;

    ExportedNode(ExportGraph graph, Network.Node node) {
        this.graph = graph;
        this.node = node;
    }

    Layer layer() {
        return node.layer();
    }

    String name() {
        return node.name();
    }

    ExportGraph graph() {
        return graph;
    }

    /** The port that input {@code index} comes from. */
    Port from(int index) {
        return node.inputs().get(index);
    }

    String input(int index) {
        return graph.value(from(index));
    }

    String[] inputs() {
        return node.inputs().stream().map(graph::value).toArray(String[]::new);
    }

    /** The shape of an input for a batch of one. */
    Shape shape(int index) {
        return graph.shape(from(index));
    }

    /** The shape of an output for a batch of one. */
    Shape outputShape(int index) {
        return graph.shape(new Port(node.name(), index));
    }

    /** The parameter called so. */
    String parameter(String parameter) {
        return graph.tensor(graph.parameter(node.parameters() + "." + parameter));
    }

    /** The parameter called so, in another shape. */
    String parameter(String parameter, Shape shape) {
        OnnxTensor.Floats tensor = graph.parameter(node.parameters() + "." + parameter);
        return graph.tensor(new OnnxTensor.Floats(tensor.name(), shape, tensor.values(), tensor.from()));
    }

    /** Names of running mean and variance. */
    List<String> statistics() {
        return graph.statistics(node.parameters()).stream().map(graph::tensor).toList();
    }

    /** A constant number. */
    String number(String what, double value) {
        return floats(what, Shape.of(), (float) value);
    }

    /** A constant of floats. */
    String floats(String what, Shape shape, float... values) {
        return graph.tensor(new OnnxTensor.Floats(node.name() + "/" + what, shape, values));
    }

    /** A constant vector of the same float. */
    String filled(String what, Shape shape, float value) {
        float[] values = new float[Math.toIntExact(shape.count())];
        Arrays.fill(values, value);
        return floats(what, shape, values);
    }

    /** A constant vector of whole numbers. */
    String wholes(String what, long... values) {
        return graph.tensor(new OnnxTensor.Wholes(node.name() + "/" + what, Shape.of(values.length), values));
    }

    /** An operator on the way; gives the name of its output. */
    String step(String what, String operator, Map<String, Attribute> attributes, String... inputs) {
        String name = node.name() + "/" + what;
        graph.add(new OnnxNode(name, "", operator, List.of(inputs), List.of(name), attributes));
        return name;
    }

    /** The operator that gives the node's first output. */
    void emit(String operator, Map<String, Attribute> attributes, String... inputs) {
        emit(1, operator, attributes, inputs);
    }

    /** The operator that gives the node's first {@code outputs} outputs. */
    void emit(int outputs, String operator, Map<String, Attribute> attributes, String... inputs) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            Port port = new Port(node.name(), i);
            graph.put(port, port.toString());
            values.add(port.toString());
        }
        graph.add(new OnnxNode(node.name(), "", operator, List.of(inputs), values, attributes));
    }

    /** Says that the node's output is its first input. */
    void pass() {
        graph.put(new Port(node.name(), 0), input(0));
    }

    /** Why a layer can't be written. */
    OnnxException refused(String why, String remedy) {
        return new OnnxException("Node " + node.name() + ", " + node.layer() + ", expects to be exported, but " + why
                + ". Maybe " + remedy + ".");
    }
}
