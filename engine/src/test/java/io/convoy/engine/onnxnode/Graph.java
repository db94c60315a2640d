package io.convoy.engine.onnxnode;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The network that a case's nodes become. The first dimension of our tensors is the batch; ONNX operators don't know of one.
 * Where an operator can be told so, its first dimension is taken for the batch; else the batch is a dimension of 1 in front of
 * all of them ({@link #whole}), which doesn't change the order of the values.
 */
final class Graph {
    /** A tenth of ONNX's own, and enough for other cases' cancellation; those in shared/ pass with 1e-5, too. */
    private static final double RELATIVE = 1e-4;

    /** ONNX's own. */
    private static final double ABSOLUTE = 1e-7;

    private final NodeCase given;
    private final Network.Builder builder = Network.builder();
    private final Map<String, float[]> inputs = new LinkedHashMap<>();
    private final Map<String, float[]> parameters = new LinkedHashMap<>();
    private final Map<String, Port> values = new LinkedHashMap<>();
    private final Map<String, Port> outputs = new LinkedHashMap<>();
    private float[] runningMean = {};
    private float[] runningVariance = {};
    private boolean training;
    private Consumer<float[]> afterwards = statistics -> {};
    private int batch;
    private int nodes;
    private int compared;

    Graph(NodeCase given) {
        this.given = given;
    }

    NodeCase given() {
        return given;
    }

    /** Runs the case and compares every output of it. */
    static void run(NodeCase given) {
        Graph graph = new Graph(given);
        List<NodeCase.Node> nodes = given.nodes();
        for (NodeCase.Node node : nodes) {
            Operators.named(node.operator()).map(node, graph);
        }
        if (!graph.outputs.isEmpty()) {
            graph.runNetwork();
        }
        long expected = given.fields().get("tensors").properties().stream()
                .filter(entry -> entry.getKey().startsWith("output."))
                .count();
        if (graph.compared != expected) {
            throw new AssertionError(given.name() + " expects " + expected + " outputs to be compared, but "
                    + graph.compared + " were.");
        }
    }

    /** The value {@code name}; one that is given becomes an input whose first dimension is the batch. */
    Port first(String name) {
        return values.containsKey(name) ? value(name) : viewed(name, given.shape(name));
    }

    /** The value {@code name}; one that is given becomes an input of one sample, as it is. */
    Port whole(String name) {
        return values.containsKey(name)
                ? value(name)
                : viewed(name, given.shape(name).batched(1));
    }

    private Port value(String name) {
        Port port = values.get(name);
        if (port == null) {
            throw new IllegalStateException(name + " expects to be computed before it is read.");
        }
        return port;
    }

    /** An input with the values of {@code name} in another shape, the batch in front. */
    Port viewed(String name, Shape shape) {
        return constant(shape, given.floats(name));
    }

    /** An input with these values. */
    Port constant(Shape shape, float... flat) {
        if (flat.length != shape.count()) {
            throw new IllegalArgumentException(shape + " expects " + shape.count() + " values, not " + flat.length);
        }
        batch = shape.size(0);
        String name = "input" + inputs.size();
        inputs.put(name, flat);
        return builder.input(name, shape.sample());
    }

    /** An input of the shape of {@code like}, for a batch, with the same value everywhere. */
    Port filled(Shape shape, double value) {
        float[] flat = new float[Math.toIntExact(shape.count())];
        Arrays.fill(flat, (float) value);
        return constant(shape, flat);
    }

    Port add(Layer layer, Port... from) {
        return add(layer, Map.of(), from);
    }

    /** Adds a layer with the values of its parameters. */
    Port add(Layer layer, Map<String, float[]> values, Port... from) {
        String name = "node" + nodes++;
        values.forEach((parameter, flat) -> parameters.put(name + "." + parameter, flat));
        return builder.add(name, layer, from);
    }

    /** The running statistics of the network's one BatchNorm. */
    void statistics(float[] mean, float[] variance) {
        runningMean = mean;
        runningVariance = variance;
    }

    /** What is done with mean and biased variance of the batch after a network has run in training. */
    void afterwards(Consumer<float[]> then) {
        afterwards = then;
    }

    /** Says that our layers don't give the value {@code name}. */
    void leave(String name) {
        compared++;
    }

    /** Runs the network as in training. */
    void train() {
        training = true;
    }

    /** Says what the value {@code name} is; one that is expected is compared when the network has run. */
    void put(String name, Port port) {
        values.put(name, port);
        if (given.fields().get("tensors").properties().stream()
                .anyMatch(entry -> entry.getKey().matches("output\\.\\d+\\..*")
                        && entry.getKey().endsWith("." + name))) {
            outputs.put(name, port);
        }
    }

    /** Compares the value {@code name}. */
    void compare(String name, float... actual) {
        compared++;
        float[] expected = given.expected(name);
        if (actual.length != expected.length) {
            throw new AssertionError(
                    name + " expects " + expected.length + " values, but there are " + actual.length + ".");
        }
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) actual[i] - expected[i]);
            if (!(difference <= ABSOLUTE + RELATIVE * Math.abs(expected[i])) && actual[i] != expected[i]) {
                throw new AssertionError(name + "[" + i + "] expects " + expected[i] + ", but it is " + actual[i]
                        + "; all are " + shortened(actual) + " instead of " + shortened(expected) + ".");
            }
        }
    }

    private static String shortened(float[] values) {
        return Arrays.toString(Arrays.copyOf(values, Math.min(values.length, 24)));
    }

    private void runNetwork() {
        outputs.values().forEach(builder::output);
        Network network = builder.build();
        ParameterLayout layout = Layouts.parameters(network, 1);
        StatisticsLayout statistics = Layouts.statistics(network);
        Purpose purpose = training ? new Purpose(batch, true, true, false) : Purpose.inference(batch);
        try (Weights weights = new Weights(layout, statistics);
                Program program = Program.compile(network, weights, purpose)) {
            parameters.forEach(
                    (name, flat) -> weights.flat().write(layout.entry(name).offset(), flat, 0, flat.length));
            for (StatisticsLayout.Entry entry : statistics.entries()) {
                weights.statistics().write(entry.offset(), runningMean, 0, entry.channels());
                weights.statistics().write(entry.varianceOffset(), runningVariance, 0, entry.channels());
            }
            weights.refresh();
            List<float[]> flat = new ArrayList<>(inputs.values());
            for (int i = 0; i < flat.size(); i++) {
                program.inputs().get(i).span().write(0, flat.get(i), 0, flat.get(i).length);
            }
            program.forward();
            int index = 0;
            for (String name : outputs.keySet()) {
                requireShape(name, program.outputs().get(index).shape());
                compare(name, program.outputs().get(index++).span().toArray());
            }
            if (training) {
                afterwards.accept(program.batchStatistics().span().toArray());
            }
        }
    }

    /** Dimensions of size 1 come and go, and some values are seen in other dimensions; else the sizes are those expected. */
    private void requireShape(String name, Shape actual) {
        List<Integer> expected = withoutOnes(given.expectedShape(name));
        if (withoutOnes(actual).size() == expected.size()
                && !withoutOnes(actual).equals(expected)) {
            throw new AssertionError(
                    name + " expects the shape " + given.expectedShape(name) + ", but it is " + actual + ".");
        }
    }

    private static List<Integer> withoutOnes(Shape shape) {
        return shape.toList().stream().filter(size -> size != 1).toList();
    }
}
