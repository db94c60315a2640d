package io.convoy.engine.onnx;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An ONNX graph that is being made of a network. */
final class ExportGraph {
    /** The lowest version that is written: that of the reductions whose axes are an input. */
    private static final int LEAST_OPSET = 18;

    private final Network network;
    private final float[] weights;
    private final float[] statistics;
    private final Map<String, ParameterLayout.Entry> parameters = new HashMap<>();
    private final Map<String, StatisticsLayout.Entry> running = new HashMap<>();
    private final Map<Port, Shape> shapes;
    private final Map<Port, String> values = new HashMap<>();
    private final List<OnnxNode> nodes = new ArrayList<>();
    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    private int opset = LEAST_OPSET;

    private ExportGraph(Network network, Network owner, float[] weights, float[] statistics) {
        this.network = network;
        this.weights = weights;
        this.statistics = statistics;
        this.shapes = network.shapes(1);
        Layouts.parameters(owner, 1).entries().forEach(entry -> parameters.put(entry.name(), entry));
        Layouts.statistics(owner).entries().forEach(entry -> running.put(entry.name(), entry));
    }

    /**
     * The model of a network.
     *
     * @param owner the network whose flat vectors {@code weights} and {@code statistics} are, which has all of its parameters
     */
    static OnnxModel of(
            Network network,
            Network owner,
            float[] weights,
            float[] statistics,
            String name,
            Map<String, String> metadata) {
        ExportGraph graph = new ExportGraph(network, owner, weights, statistics);
        network.inputs().forEach(input -> graph.values.put(new Port(input.name(), 0), input.name()));
        for (Network.Node node : network.nodes()) {
            ExportRules.export(new ExportedNode(graph, node));
        }
        List<OnnxValue> outputs = new ArrayList<>();
        for (Port port : network.outputs()) {
            outputs.add(graph.value(graph.output(port), graph.shape(port)));
        }
        List<OnnxValue> inputs = network.inputs().stream()
                .map(input -> graph.value(input.name(), input.sample().batched(1)))
                .toList();
        return new OnnxModel(
                irVersion(graph.opset),
                graph.opset,
                metadata,
                name,
                graph.nodes,
                List.copyOf(graph.tensors.values()),
                inputs,
                outputs);
    }

    /** The format's version that ONNX published with a version of its operators. */
    private static int irVersion(int opset) {
        return opset <= 18 ? 8 : opset <= 20 ? 9 : 10;
    }

    /** A batch of any size; an output that isn't one sample a sample has a size of its own name. */
    private OnnxValue value(String name, Shape shape) {
        List<OnnxValue.Size> sizes = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            String batch = shape.size(0) == 1 ? "N" : "N_" + name;
            sizes.add(axis == 0 ? new OnnxValue.Size(-1, batch) : new OnnxValue.Size(shape.size(axis), ""));
        }
        return new OnnxValue(name, OnnxTensor.FLOAT, true, sizes);
    }

    /** The value that is an output of the network, under the port's name and of a node of its own. */
    private String output(Port port) {
        String value = value(port);
        String wanted = port.toString();
        boolean taken = network.inputs().stream().anyMatch(input -> input.name().equals(value));
        if (value.equals(wanted) && !taken) {
            return value;
        }
        String name = taken && value.equals(wanted) ? wanted + "/output" : wanted;
        if (nodes.stream().noneMatch(node -> node.outputs().contains(name))) {
            nodes.add(new OnnxNode(name, "", "Identity", List.of(value), List.of(name), Map.of()));
        }
        return name;
    }

    Network network() {
        return network;
    }

    /** Says that operators of this version are used. */
    void require(int version) {
        opset = Math.max(opset, version);
    }

    Shape shape(Port port) {
        return known(shapes.get(port), port);
    }

    /** The name of the value at a port. */
    String value(Port port) {
        return known(values.get(port), port);
    }

    private static <T> T known(@Nullable T found, Port port) {
        if (found == null) {
            throw new IllegalStateException("Port " + port + " expects to be computed before it is read.");
        }
        return found;
    }

    /** Says what the value at a port is called. */
    void put(Port port, String value) {
        values.put(port, value);
    }

    void add(OnnxNode node) {
        nodes.add(node);
    }

    /** An initialiser; one that is there already is the same. */
    String tensor(OnnxTensor tensor) {
        tensors.putIfAbsent(tensor.name(), tensor);
        return tensor.name();
    }

    /** The values of a parameter. */
    OnnxTensor.Floats parameter(String name) {
        ParameterLayout.Entry entry = parameters.get(name);
        if (entry == null) {
            throw new IllegalStateException("Network expects a parameter \"" + name + "\", but it has none.");
        }
        return new OnnxTensor.Floats(name, entry.shape(), weights, entry.offset());
    }

    /** Running mean and variance of a BatchNorm. */
    List<OnnxTensor> statistics(String scope) {
        StatisticsLayout.Entry entry = running.get(scope);
        if (entry == null) {
            throw new IllegalStateException("Network expects running statistics of \"" + scope + "\", but has none.");
        }
        Shape shape = Shape.of(entry.channels());
        return List.of(
                new OnnxTensor.Floats(scope + ".running_mean", shape, statistics, entry.offset()),
                new OnnxTensor.Floats(scope + ".running_var", shape, statistics, entry.varianceOffset()));
    }
}
