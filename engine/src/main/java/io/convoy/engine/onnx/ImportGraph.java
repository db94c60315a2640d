package io.convoy.engine.onnx;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.layer.Identity;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.onnx.ImportedValue.Computed;
import io.convoy.engine.onnx.ImportedValue.Known;
import io.convoy.engine.onnx.ImportedValue.Missing;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network that is being made of an ONNX graph. Layers are planned first; those that nothing needs in the end, since an operator
 * that read them stands for several at once, don't become nodes.
 */
final class ImportGraph {
    private final String source;
    private final OnnxModel model;
    private final OnnxImport options;
    private final Map<String, ImportedValue> values = new HashMap<>();
    private final Map<Port, Shape> shapes = new HashMap<>();
    private final Map<String, PlannedNode> plan = new LinkedHashMap<>();
    private final Map<String, Network.Input> inputs = new LinkedHashMap<>();
    private final Set<Port> planeIndices = new HashSet<>();
    private int batch = 1;
    private boolean batchIsFixed;

    private ImportGraph(String source, OnnxModel model, OnnxImport options) {
        this.source = source;
        this.model = model;
        this.options = options;
    }

    static OnnxNetwork of(String source, OnnxModel model, OnnxImport options) {
        ImportGraph graph = new ImportGraph(source, model, options);
        graph.requireOperators();
        model.initializers().forEach(tensor -> graph.values.put(tensor.name(), new Known(tensor)));
        options.constants().forEach((name, tensor) -> graph.values.put(name, new Known(tensor)));
        graph.readInputs();
        for (OnnxNode node : model.nodes()) {
            new ImportedNode(graph, node).read();
        }
        return graph.build();
    }

    /** All operators that there is nothing for, at once. */
    private void requireOperators() {
        Map<String, List<String>> unknown = new LinkedHashMap<>();
        for (OnnxNode node : model.nodes()) {
            if (!node.domain().isEmpty() || !ImportRules.knows(node.operator())) {
                unknown.computeIfAbsent(node.qualified(), operator -> new ArrayList<>())
                        .add(node.label());
            }
        }
        if (!unknown.isEmpty()) {
            List<String> listed = new ArrayList<>();
            unknown.forEach((operator, nodes) -> listed.add(
                    operator + (nodes.size() == 1 ? " (node " : " (nodes ") + String.join(", ", nodes) + ")"));
            throw new OnnxException(source + " expects operators that Convoy has layers for, but there is none for "
                    + String.join(", ", listed)
                    + ". Maybe export the network alone, in inference, without what comes before and after it.");
        }
        if (model.opset() < 1) {
            throw new OnnxException(source + " expects a version of ONNX's operators, but it names none.");
        }
    }

    private void readInputs() {
        for (OnnxValue value : model.inputs()) {
            if (values.containsKey(value.name())) {
                continue;
            }
            if (value.type() != OnnxTensor.FLOAT && value.type() != OnnxTensor.INT64) {
                throw new OnnxException(source + " expects inputs of floats, but input " + value.name() + " is of "
                        + OnnxTensor.typeName(value.type()) + ". Maybe export it in float32.");
            }
            Shape sample = sample(value);
            Port port = new Port("input:" + value.name(), 0);
            inputs.put(port.node(), new Network.Input(value.name(), sample));
            shapes.put(port, sample.batched(batch));
            values.put(value.name(), new Computed(port));
        }
        if (inputs.isEmpty()) {
            throw new OnnxException(source + " expects at least one input, but it has none.");
        }
        if (inputs.size() > 1 && options.samples().containsKey(OnnxImport.ONLY)) {
            throw new OnnxException(source + " expects one input if one shape is said, but it has "
                    + inputs.size() + ": "
                    + String.join(
                            ", ",
                            inputs.values().stream().map(Network.Input::name).toList())
                    + ". Maybe export it with their sizes.");
        }
    }

    private Shape sample(OnnxValue value) {
        Map<String, Shape> said = options.samples();
        Shape given = said.getOrDefault(value.name(), said.get(OnnxImport.ONLY));
        int first = options.oneSample() ? 0 : 1;
        if (first == 1 && !value.sizes().isEmpty() && value.sizes().get(0).value() > 0) {
            int fixed = size(value, 0);
            if (batchIsFixed && fixed != batch) {
                throw new OnnxException(source + " expects inputs of one batch, but that of " + value.name() + " is "
                        + value.sizes() + " and that of another is " + batch
                        + ". Maybe its first dimension is none; then read it as one sample.");
            }
            batch = fixed;
            batchIsFixed = true;
        }
        if (given != null) {
            return given;
        }
        if (!value.shaped() || (first == 1 && value.sizes().isEmpty())) {
            throw new OnnxException(source + " expects inputs with " + (value.shaped() ? "a batch in front" : "a shape")
                    + ", but input " + value.name() + " has none. Maybe say the shape of one sample.");
        }
        int[] sizes = new int[value.sizes().size() - first];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = size(value, first + i);
        }
        return Shape.of(sizes);
    }

    private int size(OnnxValue value, int axis) {
        long size = value.sizes().get(axis).value();
        if (size < 1 || size > Integer.MAX_VALUE) {
            throw new OnnxException(source + " expects inputs of known sizes behind the batch, but input "
                    + value.name() + " is " + value.sizes() + ". Maybe say the shape of one sample.");
        }
        return (int) size;
    }

    String source() {
        return source;
    }

    long opset() {
        return model.opset();
    }

    boolean oneSample() {
        return options.oneSample();
    }

    /** The batch for which shapes are inferred. */
    int batch() {
        return batch;
    }

    /** Whether the model is for that batch alone. */
    boolean batchIsFixed() {
        return batchIsFixed;
    }

    @Nullable
    ImportedValue value(String name) {
        return values.get(name);
    }

    void put(String name, ImportedValue value) {
        values.put(name, value);
    }

    Shape shape(Port port) {
        Shape shape = shapes.get(port);
        if (shape == null) {
            throw new IllegalStateException("Port " + port + " expects to be planned before it is read.");
        }
        return shape;
    }

    /** The layer that gives a port; none for an input. */
    @Nullable
    PlannedNode planned(Port port) {
        return plan.get(port.node());
    }

    Port anyInput() {
        return new Port(inputs.keySet().iterator().next(), 0);
    }

    /** The ports whose values are indices into one feature map. */
    Set<Port> planeIndices() {
        return planeIndices;
    }

    /** Plans a layer whose inputs are planned. */
    Port plan(
            String name,
            String scope,
            Layer layer,
            Map<String, float[]> parameters,
            List<float[]> statistics,
            List<Port> from) {
        Port port = new Port("node:" + plan.size(), 0);
        List<Shape> outputs = layer.outputs(from.stream().map(this::shape).toList());
        for (int i = 0; i < outputs.size(); i++) {
            shapes.put(new Port(port.node(), i), outputs.get(i));
        }
        plan.put(port.node(), new PlannedNode(port, name, scope, layer, from, parameters, statistics));
        return port;
    }

    private List<Port> outputs() {
        List<String> wanted = options.outputs().isEmpty()
                ? model.outputs().stream().map(OnnxValue::name).toList()
                : options.outputs();
        List<Port> outputs = new ArrayList<>();
        for (String name : wanted) {
            ImportedValue value = values.get(name);
            if (value instanceof Computed computed) {
                if (planeIndices.contains(computed.port()) && !isOnePlane(shape(computed.port()))) {
                    throw new OnnxException(source + " expects outputs that its layers give, but " + name + " has"
                            + " indices that count through all feature maps, and ours count through one. Maybe leave"
                            + " it out.");
                }
                outputs.add(computed.port());
            } else {
                String why = value instanceof Missing missing
                        ? missing.why()
                        : value == null ? "is computed by no node" : "doesn't depend on the input";
                throw new OnnxException(source + " expects outputs that its layers give, but " + name + " " + why
                        + ". Maybe leave it out.");
            }
        }
        if (outputs.isEmpty()) {
            throw new OnnxException(source + " expects at least one output, but it has none.");
        }
        return outputs;
    }

    /** Whether a batch of feature maps is one map, so that counting through all and through one is the same. */
    boolean isOnePlane(Shape maps) {
        return batchIsFixed && maps.rank() == 4 && maps.size(0) * maps.size(1) == 1;
    }

    private OnnxNetwork build() {
        List<Port> outputs = outputs();
        Set<String> needed = needed(outputs);
        Network.Builder builder = Network.builder();
        Map<String, Port> built = new HashMap<>();
        Set<String> names = new HashSet<>();
        inputs.forEach((key, input) -> {
            built.put(key, builder.input(input.name(), input.sample()));
            names.add(input.name());
        });
        Map<String, PlannedNode> scopes = new LinkedHashMap<>();
        for (PlannedNode node : plan.values()) {
            if (needed.contains(node.port().node())) {
                String name = free(node.name(), names);
                names.add(name);
                PlannedNode other = scopes.get(node.scope());
                String scope = other == null || other.shares(node) ? node.scope() : free(name, scopes.keySet());
                scopes.putIfAbsent(scope, node);
                Port[] from = node.inputs().stream()
                        .map(port -> resolved(built, port))
                        .toArray(Port[]::new);
                built.put(node.port().node(), builder.addSharing(name, scope, node.layer(), from));
            }
        }
        for (Port output : outputs) {
            Port port = resolved(built, output);
            // An input that is an output, too, needs a node that gives it.
            builder.output(
                    inputs.containsKey(output.node())
                            ? builder.add(free(port.node() + "/output", names), new Identity(), port)
                            : port);
        }
        return filled(builder.build(), scopes);
    }

    private static Port resolved(Map<String, Port> built, Port port) {
        Port first = built.get(port.node());
        if (first == null) {
            throw new IllegalStateException("Port " + port + " expects to be built before it is read.");
        }
        return new Port(first.node(), port.output());
    }

    private static String free(String wanted, Set<String> taken) {
        String name = wanted;
        for (int i = 2; taken.contains(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    private Set<String> needed(List<Port> outputs) {
        Set<String> needed = new HashSet<>();
        Deque<Port> open = new ArrayDeque<>(outputs);
        while (!open.isEmpty()) {
            PlannedNode node = plan.get(open.pop().node());
            if (node != null && needed.add(node.port().node())) {
                open.addAll(node.inputs());
            }
        }
        return needed;
    }

    private OnnxNetwork filled(Network network, Map<String, PlannedNode> scopes) {
        ParameterLayout layout = Layouts.parameters(network, 1);
        StatisticsLayout running = Layouts.statistics(network);
        float[] weights = new float[layout.length()];
        float[] statistics = running.initial();
        Map<String, ParameterLayout.Entry> entries = new HashMap<>();
        layout.entries().forEach(entry -> entries.put(entry.name(), entry));
        scopes.forEach((scope, node) -> node.parameters().forEach((parameter, values) -> {
            ParameterLayout.Entry entry = entries.get(scope + "." + parameter);
            if (entry != null) {
                System.arraycopy(values, 0, weights, entry.offset(), entry.length());
            }
        }));
        for (StatisticsLayout.Entry entry : running.entries()) {
            PlannedNode node = scopes.get(entry.name());
            if (node != null && !node.statistics().isEmpty()) {
                System.arraycopy(node.statistics().get(0), 0, statistics, entry.offset(), entry.channels());
                System.arraycopy(node.statistics().get(1), 0, statistics, entry.varianceOffset(), entry.channels());
            }
        }
        return new OnnxNetwork(network, weights, statistics, model.metadata());
    }
}
