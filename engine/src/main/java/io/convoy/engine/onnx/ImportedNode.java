package io.convoy.engine.onnx;

import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LearnedScalars;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Scale;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.onnx.ImportedValue.Computed;
import io.convoy.engine.onnx.ImportedValue.Known;
import io.convoy.engine.onnx.ImportedValue.Missing;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node of an ONNX graph on its way into a network. */
final class ImportedNode {
    private final ImportGraph graph;
    private final OnnxNode node;

    ImportedNode(ImportGraph graph, OnnxNode node) {
        this.graph = graph;
        this.node = node;
    }

    ImportGraph graph() {
        return graph;
    }

    void read() {
        try {
            ImportRules.named(node.operator()).read(this);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new OnnxException(title() + " can't be read. " + e.getMessage(), e);
        }
    }

    private String title() {
        return graph.source() + ": node " + node.label() + " (" + node.operator() + ")";
    }

    /** What is said of a node that has no layer: {@code expects … , but …}. */
    OnnxException refused(String expected, String actual, String remedy) {
        return new OnnxException(title() + " expects " + expected + ", but " + actual + "."
                + (remedy.isEmpty() ? "" : " Maybe " + remedy + "."));
    }

    boolean oneSample() {
        return graph.oneSample();
    }

    int inputCount() {
        return node.inputs().size();
    }

    int outputCount() {
        return node.outputs().size();
    }

    boolean hasInput(int index) {
        return index < node.inputs().size() && !node.inputs().get(index).isEmpty();
    }

    boolean hasOutput(int index) {
        return index < node.outputs().size() && !node.outputs().get(index).isEmpty();
    }

    /** What input {@code index} is. */
    ImportedValue value(int index) {
        if (!hasInput(index)) {
            throw refused(
                    "at least " + (index + 1) + " inputs",
                    "it has " + node.inputs().size(),
                    "");
        }
        String name = node.inputs().get(index);
        ImportedValue value = graph.value(name);
        if (value == null) {
            throw refused("inputs that are computed before", "there is no " + name + " yet", "");
        }
        if (value instanceof Missing missing) {
            throw refused("inputs that layers give", name + " " + missing.why(), "");
        }
        return value;
    }

    boolean isKnown(int index) {
        return hasInput(index) && value(index) instanceof Known;
    }

    @Nullable
    OnnxTensor known(int index) {
        return value(index) instanceof Known known ? known.tensor() : null;
    }

    /** Input {@code index} where it has to be a constant of floats. */
    OnnxTensor.Floats floats(int index) {
        OnnxTensor tensor = known(index);
        if (!(tensor instanceof OnnxTensor.Floats floats)) {
            throw refused("constant floats as input " + index, kind(index, tensor), remedy(tensor));
        }
        return floats;
    }

    /** Input {@code index} where it has to be a constant of whole numbers. */
    long[] wholes(int index) {
        OnnxTensor tensor = known(index);
        if (!(tensor instanceof OnnxTensor.Wholes wholes)) {
            throw refused("constant whole numbers as input " + index, kind(index, tensor), remedy(tensor));
        }
        return wholes.values();
    }

    private String kind(int index, @Nullable OnnxTensor tensor) {
        String name = node.inputs().get(index);
        return tensor == null
                ? name + " is computed"
                : name + " is of " + (tensor instanceof OnnxTensor.Foreign foreign ? foreign.type() : "another type");
    }

    private static String remedy(@Nullable OnnxTensor tensor) {
        return tensor instanceof OnnxTensor.Foreign ? "export it in float32" : "";
    }

    /** The port of input {@code index}; constants beside it become numbers of a layer, see {@link #constant}. */
    Port port(int index) {
        return port(index, false);
    }

    private Port port(int index, boolean indices) {
        if (!(value(index) instanceof Computed computed)) {
            if (oneSample()) {
                OnnxTensor.Floats floats = floats(index);
                return constant(floats, floats.shape().rank() + 1);
            }
            throw refused(
                    "an input " + index + " that is computed", node.inputs().get(index) + " is constant", "");
        }
        boolean isIndices = graph.planeIndices().contains(computed.port());
        if (isIndices && !indices && !graph.isOnePlane(graph.shape(computed.port()))) {
            throw refused(
                    "values",
                    node.inputs().get(index) + " has indices that only a MaxUnpool may read",
                    "leave them out");
        }
        return computed.port();
    }

    /** The port of indices. */
    Port indices(int index) {
        return port(index, true);
    }

    /** The shape of a port in the model's eyes. */
    Shape shape(Port port) {
        Shape shape = graph.shape(port);
        return oneSample() ? shape.sample() : shape;
    }

    Shape shape(int index) {
        return shape(port(index));
    }

    /** The engine's number of the model's axis of a tensor of this many dimensions. */
    int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw refused("an axis from " + -rank + " to " + (rank - 1), "it is " + axis, "");
        }
        int counted = (int) (axis < 0 ? axis + rank : axis);
        return oneSample() ? counted + 1 : counted;
    }

    /** The same where it mustn't be the batch. */
    int sampleAxis(long axis, int rank) {
        int ours = axis(axis, rank);
        if (ours == 0) {
            throw mixing();
        }
        return ours;
    }

    /** What is said of an operator that doesn't leave the batch in front. */
    OnnxException mixing() {
        return refused(
                "to leave the first dimension, the batch, as it is",
                "it doesn't",
                "the model has no batch; then read it as one sample");
    }

    boolean has(String attribute) {
        return node.attributes().containsKey(attribute);
    }

    long whole(String attribute, long absent) {
        Attribute value = node.attributes().get(attribute);
        if (value == null) {
            return absent;
        }
        if (!(value instanceof Attribute.Whole whole)) {
            throw kind(attribute, "a whole number");
        }
        return whole.value();
    }

    /** A whole number that is a count or a flag of the layer. */
    int count(String attribute, int absent) {
        return Math.toIntExact(whole(attribute, absent));
    }

    boolean flag(String attribute) {
        return whole(attribute, 0) != 0;
    }

    /** The number whose shortest decimal form the float has, e.g. 1e-5. */
    double number(String attribute, double absent) {
        Attribute value = node.attributes().get(attribute);
        if (value == null) {
            return absent;
        }
        if (!(value instanceof Attribute.Real real)) {
            throw kind(attribute, "a float");
        }
        return decimal(real.value());
    }

    static double decimal(float value) {
        return Float.isFinite(value) ? Double.parseDouble(Float.toString(value)) : value;
    }

    String text(String attribute, String absent) {
        Attribute value = node.attributes().get(attribute);
        if (value == null) {
            return absent;
        }
        if (!(value instanceof Attribute.Text text)) {
            throw kind(attribute, "a string");
        }
        return text.value();
    }

    int[] counts(String attribute, int... absent) {
        long[] wide = wides(attribute);
        return wide.length == 0
                ? absent
                : Arrays.stream(wide).mapToInt(Math::toIntExact).toArray();
    }

    /** Whole numbers; none if the attribute isn't there. */
    long[] wides(String attribute) {
        Attribute value = node.attributes().get(attribute);
        if (value == null) {
            return new long[0];
        }
        if (!(value instanceof Attribute.Wholes wholes)) {
            throw kind(attribute, "whole numbers");
        }
        return wholes.values().stream().mapToLong(Long::longValue).toArray();
    }

    /** Whole numbers that came as an attribute once and come as an input since; none if they are neither. */
    long[] wides(String attribute, int input) {
        return hasInput(input) ? wholes(input) : wides(attribute);
    }

    float[] reals(String attribute) {
        Attribute value = node.attributes().get(attribute);
        if (value == null) {
            return new float[0];
        }
        if (!(value instanceof Attribute.Reals reals)) {
            throw kind(attribute, "floats");
        }
        float[] values = new float[reals.values().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = reals.values().get(i);
        }
        return values;
    }

    OnnxTensor tensor(String attribute) {
        Attribute value = node.attributes().get(attribute);
        if (!(value instanceof Attribute.OfTensor tensor)) {
            throw kind(attribute, "a tensor");
        }
        return tensor.value();
    }

    private OnnxException kind(String attribute, String expected) {
        return refused(
                expected + " as " + attribute, "it is " + node.attributes().get(attribute), "");
    }

    /** Plans the node's layer. */
    Port add(Layer layer, Port... from) {
        return graph.plan(node.label(), node.label(), layer, Map.of(), List.of(), List.of(from));
    }

    /** Plans a layer that helps the node's own. */
    Port step(String what, Layer layer, Port... from) {
        String name = node.label() + "/" + what;
        return graph.plan(name, name, layer, Map.of(), List.of(), List.of(from));
    }

    /** Plans the node's layer with parameters in a scope of {@link #scope}. */
    Port add(String scope, Layer layer, Map<String, float[]> parameters, Port... from) {
        return graph.plan(node.label(), scope, layer, parameters, List.of(), List.of(from));
    }

    /** Plans the node's layer with running statistics. */
    Port add(String scope, Layer layer, Map<String, float[]> parameters, List<float[]> statistics, Port... from) {
        return graph.plan(node.label(), scope, layer, parameters, statistics, List.of(from));
    }

    /** The scope of a parameter: what stands before its name in that of the tensor, or else the node. */
    String scope(OnnxTensor tensor, String parameter) {
        String end = "." + parameter;
        return tensor.name().endsWith(end) && tensor.name().length() > end.length()
                ? tensor.name().substring(0, tensor.name().length() - end.length())
                : node.label();
    }

    /** All values of a tensor, which are the tensor's own if those are all. */
    static float[] flat(OnnxTensor.Floats tensor) {
        return Arrays.copyOfRange(
                tensor.values(),
                tensor.from(),
                tensor.from() + Math.toIntExact(tensor.shape().count()));
    }

    /**
     * Constants as a port, beside one of {@code rank} dimensions: numbers of a layer that are the same for each sample. They may
     * not differ along the batch.
     */
    Port constant(OnnxTensor.Floats tensor, int rank) {
        Shape shape = tensor.shape();
        List<Integer> sizes = new ArrayList<>(shape.toList());
        if (!oneSample() && sizes.size() == rank) {
            if (sizes.remove(0) != 1) {
                throw mixing();
            }
        }
        while (sizes.size() < rank - 1) {
            sizes.add(0, 1);
        }
        if (sizes.size() != rank - 1 || rank < 2 || shape.count() == 0) {
            throw refused(
                    "a constant of at most " + rank + " dimensions and at least one value",
                    tensor.name() + " is " + shape,
                    "");
        }
        String name = node.label() + "/constant";
        String scope = tensor.name().endsWith(".value") ? scope(tensor, "value") : name;
        Port numbers = graph.plan(
                name,
                scope,
                new LearnedScalars(Math.toIntExact(shape.count())),
                Map.of("value", flat(tensor)),
                List.of(),
                List.of(graph.anyInput()));
        return sizes.size() == 1 ? numbers : step("sizes", new Reshape(sizes), numbers);
    }

    private Port number(double value, Port beside) {
        OnnxTensor.Floats tensor = new OnnxTensor.Floats("", Shape.of(), (float) value);
        return constant(tensor, graph.shape(beside).rank());
    }

    /** factor · x + shift. */
    Port line(Port x, double factor, double shift) {
        Port y = factor == 1 ? x : step("scale", new Scale(factor), x);
        return shift == 0 ? y : step("shift", new Add(), y, number(shift, x));
    }

    /** Says what an output is. */
    void put(int output, Port port) {
        if (hasOutput(output)) {
            graph.put(node.outputs().get(output), new Computed(port));
        }
    }

    void put(Port port) {
        put(0, port);
    }

    /** Says that an output is constant. */
    void put(OnnxTensor tensor) {
        graph.put(node.outputs().get(0), new Known(tensor));
    }

    /** Says that an output is not there. */
    void leave(int output, String why) {
        if (hasOutput(output)) {
            graph.put(node.outputs().get(output), new Missing(why));
        }
    }

    /** The name of the first output, for constants. */
    String outputName() {
        return node.outputs().isEmpty() ? node.label() : node.outputs().get(0);
    }

    /**
     * Input {@code index} as feature maps [N, C, H, W]: one spatial dimension is a row, and of a model that is one sample, the first
     * dimension has to be 1.
     */
    Port maps(int index) {
        Port x = port(index);
        Shape shape = shape(x);
        if (shape.rank() != 3 && shape.rank() != 4) {
            throw refused("[N, C, H, W] or [N, C, W]", "its input is " + shape, "");
        }
        if (oneSample() && shape.size(0) != 1) {
            throw refused("one sample", "its input is " + shape, "read it with a batch");
        }
        if (shape.rank() == 4 && !oneSample()) {
            return x;
        }
        List<Integer> sizes = new ArrayList<>(shape.sample().toList());
        if (sizes.size() == 2) {
            sizes.add(1, 1);
        }
        return step("maps", new Reshape(sizes), x);
    }

    /** Puts feature maps in the form that input {@code index} had. */
    void putMaps(int output, Port y, int index) {
        Shape shape = shape(port(index));
        if (shape.rank() == 4 && !oneSample()) {
            put(output, y);
            return;
        }
        List<Integer> sizes = new ArrayList<>(graph.shape(y).sample().toList());
        if (shape.rank() == 3) {
            sizes.remove(1);
        }
        if (oneSample()) {
            sizes.add(0, 1);
        }
        put(output, step("form", new Reshape(sizes), y));
    }
}
