package io.convoy.engine.network;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.ParameterSpec;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An immutable graph of layers: named inputs, nodes in an order in which each comes after what it reads, and outputs. Nodes
 * that have one {@linkplain Node#parameters() parameter scope} share their parameters.
 */
public final class Network {
    /**
     * A place where a tensor comes from: an output of a node, or an input of the network.
     *
     * @param node the node's or the input's name
     * @param output which of the node's outputs, from 0
     */
    public record Port(String node, int output) {
        @Override
        public String toString() {
            return output == 0 ? node : node + ":" + output;
        }
    }

    /**
     * A named input.
     *
     * @param name its name, unique among inputs and nodes
     * @param sample the shape of one sample, e.g. [C, H, W]
     */
    public record Input(String name, Shape sample) {}

    /**
     * A layer at its place.
     *
     * @param name unique among inputs and nodes; PyTorch's module path where there is one, e.g. {@code layer1.0.conv1}
     * @param layer what it does
     * @param inputs what it reads
     * @param parameters the scope of its parameters: its own name, or that of the node whose parameters it shares
     */
    public record Node(String name, Layer layer, List<Port> inputs, String parameters) {
        public Node {
            inputs = List.copyOf(inputs);
        }
    }

    /** A parameter with its full name, e.g. {@code layer1.0.conv1.weight}. */
    public record Parameter(String name, Shape shape, Initializer initializer) {}

    private final List<Input> inputs;
    private final List<Node> nodes;
    private final List<Port> outputs;
    private final Map<String, Initializer> initializers;

    private Network(List<Input> inputs, List<Node> nodes, List<Port> outputs, Map<String, Initializer> initializers) {
        this.inputs = List.copyOf(inputs);
        this.nodes = List.copyOf(nodes);
        this.outputs = List.copyOf(outputs);
        this.initializers = Collections.unmodifiableMap(new LinkedHashMap<>(initializers));
    }

    public static Builder builder() {
        return new Builder();
    }

    public List<Input> inputs() {
        return inputs;
    }

    /** The nodes, each after what it reads. */
    public List<Node> nodes() {
        return nodes;
    }

    public List<Port> outputs() {
        return outputs;
    }

    /** The parameters, each once, in the order of the nodes that have them first. */
    public List<Parameter> parameters() {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        for (Node node : nodes) {
            for (ParameterSpec spec : node.layer().parameters()) {
                String name = node.parameters() + "." + spec.name();
                parameters.putIfAbsent(
                        name, new Parameter(name, spec.shape(), initializers.getOrDefault(name, spec.initializer())));
            }
        }
        return List.copyOf(parameters.values());
    }

    /** The initialisers that differ from their layers', by the parameter's full name. */
    public Map<String, Initializer> initializers() {
        return initializers;
    }

    /** How many trainable values the network has. */
    public long parameterCount() {
        return parameters().stream()
                .mapToLong(parameter -> parameter.shape().count())
                .sum();
    }

    /** The first values of one parameter: a pure function of the seed and the parameter's name. */
    public static float[] initialValues(Parameter parameter, Seed seed) {
        float[] values = new float[Math.toIntExact(parameter.shape().count())];
        parameter.initializer().fill(values, seed.child("initializer").child(parameter.name()).stream());
        return values;
    }

    /** Multiply-accumulates of convolutions and matrix products for one sample. */
    public long macs() {
        Map<Port, Shape> shapes = shapes(1);
        return nodes.stream()
                .mapToLong(node -> node.layer()
                        .macs(node.inputs().stream().map(shapes::get).toList()))
                .sum();
    }

    /** The shape of every port for a batch of {@code n} samples. */
    public Map<Port, Shape> shapes(int n) {
        Map<Port, Shape> shapes = new HashMap<>();
        for (Input input : inputs) {
            shapes.put(new Port(input.name(), 0), input.sample().batched(n));
        }
        for (Node node : nodes) {
            infer(node, shapes);
        }
        return shapes;
    }

    /** Adds the shapes that {@code node} gives to those that are known. */
    private static void infer(Node node, Map<Port, Shape> shapes) {
        List<Shape> read = new ArrayList<>();
        for (Port port : node.inputs()) {
            read.add(Builder.existing(shapes.get(port), node.name(), port));
        }
        List<Shape> produced;
        try {
            produced = node.layer().outputs(read);
        } catch (ShapeException e) {
            throw new ShapeException("Node " + node.name() + ": " + e.getMessage());
        }
        for (int i = 0; i < produced.size(); i++) {
            shapes.put(new Port(node.name(), i), produced.get(i));
        }
    }

    /**
     * What the first {@code count} outputs need of this network: all inputs, those outputs alone, and the nodes on the way, whose
     * parameters keep their names. So serving leaves out the heads that only training looks at.
     */
    public Network firstOutputs(int count) {
        return upTo(outputs.subList(0, count));
    }

    /** As {@link #firstOutputs}, for the output numbered {@code index} alone. */
    public Network upTo(int index) {
        return upTo(List.of(outputs.get(index)));
    }

    /**
     * What the first output of the node called {@code name} needs of this network, which becomes the only output.
     *
     * @throws IllegalArgumentException if there is no such node
     */
    public Network upTo(String name) {
        if (nodes.stream().noneMatch(node -> node.name().equals(name))) {
            List<String> names = nodes.stream().map(Node::name).toList();
            throw new IllegalArgumentException("The network expects the name of one of its nodes, but it got \"" + name
                    + "\"." + Suggestion.sentence(name, names));
        }
        return upTo(List.of(new Port(name, 0)));
    }

    private Network upTo(List<Port> ends) {
        Set<String> needed = ends.stream().map(Port::node).collect(Collectors.toCollection(HashSet::new));
        List<Node> kept = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (needed.contains(node.name())) {
                node.inputs().forEach(port -> needed.add(port.node()));
                kept.add(0, node);
            }
        }
        Network part = new Network(inputs, kept, ends, Map.of());
        Set<String> parameters = part.parameters().stream().map(Parameter::name).collect(Collectors.toSet());
        Map<String, Initializer> own = new LinkedHashMap<>(initializers);
        own.keySet().retainAll(parameters);
        return new Network(inputs, kept, ends, own);
    }

    /** The shape of one sample of the output numbered {@code index}. */
    public Shape outputSample(int index) {
        Shape batched = shapes(1).get(outputs.get(index));
        if (batched == null) {
            throw new IllegalStateException("Output " + index + " of the network has no shape.");
        }
        return batched.sample();
    }

    /** Whether a sample's result in inference depends on the other samples of its batch. */
    public boolean mixesSamples() {
        return nodes.stream()
                .anyMatch(node -> node.layer() instanceof BatchNorm2d layer && !layer.trackRunningStatistics());
    }

    /** The scopes of the layers that have running statistics, such as BatchNorm, each once, in order. */
    public List<String> batchNorms() {
        return nodes.stream()
                .filter(node -> node.layer().runningStatistics() != null)
                .map(Node::parameters)
                .distinct()
                .toList();
    }

    /** Builds a network node by node. Names must be new; ports must exist. */
    public static final class Builder {
        private final List<Input> inputs = new ArrayList<>();
        private final List<Node> nodes = new ArrayList<>();
        private final List<Port> outputs = new ArrayList<>();
        private final Map<String, Initializer> initializers = new LinkedHashMap<>();
        private final Set<String> names = new HashSet<>();

        /** What is known of the shapes for one sample: those of all inputs and of the first {@link #inferred} nodes. */
        private final Map<Port, Shape> shapes = new HashMap<>();

        private int inferred;

        private Builder() {}

        /** Adds an input of one sample's shape. */
        public Port input(String name, Shape sample) {
            requireNew(name);
            names.add(name);
            inputs.add(new Input(name, sample));
            Port port = new Port(name, 0);
            shapes.put(port, sample.batched(1));
            return port;
        }

        /** Adds a node with parameters of its own. */
        public Port add(String name, Layer layer, Port... from) {
            return addSharing(name, name, layer, from);
        }

        /** Adds a node that uses the parameters of the scope {@code parameters}; the layers must have the same ones. */
        public Port addSharing(String name, String parameters, Layer layer, Port... from) {
            requireNew(name);
            if (from.length != layer.arity()) {
                throw new IllegalArgumentException("Node " + name + ": " + layer + " expects " + layer.arity()
                        + " inputs, but it got " + from.length + ".");
            }
            for (Port port : from) {
                existing(names.contains(port.node()) ? port : null, name, port);
            }
            for (Node other : nodes) {
                if (other.parameters().equals(parameters)
                        && !other.layer().parameters().equals(layer.parameters())) {
                    throw new IllegalArgumentException("Node " + name + " expects to share the parameters of "
                            + parameters + ", but " + layer + " has others than " + other.layer() + ".");
                }
                if (other.parameters().equals(parameters)
                        && (other.layer() instanceof BatchNorm2d
                                || other.layer().runningStatistics() != null)
                        && !other.layer().equals(layer)) {
                    throw new IllegalArgumentException("Node " + name + " expects to share the running statistics of "
                            + parameters + ", but it does not have all of that "
                            + other.layer().getClass().getSimpleName() + "'s channels, epsilon, momentum and affine.");
                }
            }
            names.add(name);
            nodes.add(new Node(name, layer, List.of(from), parameters));
            return new Port(name, 0);
        }

        /**
         * Adds a whole network under a name: its node {@code n} becomes {@code name.n}. The parameters are those of the scope
         * {@code parameters}, so that including one network twice with one scope makes a siamese pair.
         */
        public List<Port> include(String name, String parameters, Network network, Port... from) {
            if (from.length != network.inputs.size()) {
                throw new IllegalArgumentException("Network " + name + " expects " + network.inputs.size()
                        + " inputs, but it got " + from.length + ".");
            }
            Map<String, Port> renamed = new HashMap<>();
            for (int i = 0; i < from.length; i++) {
                renamed.put(network.inputs.get(i).name(), from[i]);
            }
            network.initializers.forEach(
                    (parameter, initializer) -> initialize(parameters + "." + parameter, initializer));
            for (Node node : network.nodes) {
                Port[] ports = node.inputs().stream()
                        .map(port -> resolve(renamed, port))
                        .toArray(Port[]::new);
                Port added =
                        addSharing(name + "." + node.name(), parameters + "." + node.parameters(), node.layer(), ports);
                renamed.put(node.name(), added);
            }
            return network.outputs.stream().map(port -> resolve(renamed, port)).toList();
        }

        private static Port resolve(Map<String, Port> renamed, Port port) {
            Port found = renamed.get(port.node());
            if (found == null) {
                throw new IllegalStateException("Port " + port + " has no counterpart.");
            }
            return new Port(found.node(), found.output() + port.output());
        }

        /**
         * The shape of one sample at {@code port}, e.g. [C, H, W].
         *
         * @throws ShapeException if a layer in front of it can't take its inputs
         */
        public Shape sample(Port port) {
            for (; inferred < nodes.size(); inferred++) {
                infer(nodes.get(inferred), shapes);
            }
            Shape batched = shapes.get(port);
            if (batched == null) {
                throw new IllegalArgumentException(
                        "Network expects the shape of a port that exists, but there is no \"" + port + "\" yet.");
            }
            return batched.sample();
        }

        /** Has the parameter of this full name drawn otherwise than its layer says; a later word about it counts. */
        public Builder initialize(String parameter, Initializer initializer) {
            initializers.put(parameter, initializer);
            return this;
        }

        /** Declares an output. */
        public Builder output(Port port) {
            outputs.add(port);
            return this;
        }

        /** The network, after one pass of shape inference that finds what doesn't fit. */
        public Network build() {
            if (inputs.isEmpty() || outputs.isEmpty()) {
                throw new IllegalArgumentException("Network expects at least one input and one output, but it has "
                        + inputs.size() + " and " + outputs.size() + ".");
            }
            Network network = new Network(inputs, nodes, outputs, initializers);
            Set<String> parameters =
                    network.parameters().stream().map(Parameter::name).collect(Collectors.toSet());
            for (String name : initializers.keySet()) {
                if (!parameters.contains(name)) {
                    throw new IllegalArgumentException(
                            "Network expects to initialise parameters that exist, but there is no \"" + name + "\".");
                }
            }
            Set<Port> known = network.shapes(1).keySet();
            for (Port port : outputs) {
                if (!known.contains(port)) {
                    throw new IllegalArgumentException(
                            "Network expects outputs that exist, but there is no \"" + port + "\".");
                }
            }
            return network;
        }

        private static <T> T existing(@Nullable T found, String node, Port port) {
            if (found == null) {
                throw new IllegalArgumentException(
                        "Node " + node + " expects inputs that exist, but there is no \"" + port + "\" yet.");
            }
            return found;
        }

        private void requireNew(String name) {
            if (name.isEmpty() || names.contains(name)) {
                throw new IllegalArgumentException(
                        "Network expects every node to have a new name, but \"" + name + "\" is empty or taken.");
            }
        }
    }
}
