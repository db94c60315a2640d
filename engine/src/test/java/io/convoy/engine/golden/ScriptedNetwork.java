package io.convoy.engine.golden;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Padding;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The network that a case's script describes. Running the script with arguments that stand for the case's tensors adds a
 * node for each call; an argument becomes an input of the network, a parameter or a running statistic by the place where it
 * is used.
 */
final class ScriptedNetwork {
    /** A tensor of the case, by its name. */
    record Argument(String name, Shape shape) implements Value.Symbol {}

    /** A tensor of the network, with its shape for the case's batch. */
    record Activation(Network.Port port, Shape shape) implements Value.Symbol {}

    /** What an operator also returns and the engine keeps to itself, such as the indices of max pooling. */
    record Kept() implements Value.Symbol {}

    /** Functions that read arguments by their names. */
    private static final Set<String> TAKING_NAMES = Set.of("torch.gelu", "torch.pad");

    private final GoldenCase golden;
    private final Network.Builder builder = Network.builder();
    private final ScriptedLosses losses;
    private final Map<String, Activation> inputs = new LinkedHashMap<>();

    /** The case's name of a parameter under the network's. */
    private final Map<String, String> parameters = new LinkedHashMap<>();

    /** The case's names of a BatchNorm's running mean and variance, under the scope of the layer. */
    private final Map<String, List<String>> statistics = new LinkedHashMap<>();

    private final Map<List<String>, String> scopes = new LinkedHashMap<>();
    private final Set<Boolean> training = new LinkedHashSet<>();
    private final List<Value> results;
    private final List<Network.Port> outputs = new ArrayList<>();
    private final Network network;
    private final int batch;
    private int nodes;

    ScriptedNetwork(GoldenCase golden) {
        this.golden = golden;
        this.losses = new ScriptedLosses(golden, this::activation);
        TorchScript script = golden.script();
        List<Value> arguments = new ArrayList<>();
        for (String name : script.parameters()) {
            arguments.add(new Argument(name, golden.shape("input." + name)));
        }
        List<Value> returned = ScriptedDeformation.describes(golden)
                ? List.of(ScriptedDeformation.call(this, script.parameters(), arguments))
                : script.run(arguments, this::call);
        List<Value> items = returned.size() == 1 && returned.get(0) instanceof Value.Sequence sequence
                ? sequence.items()
                : returned;
        this.results = items.stream().map(losses::finished).toList();
        for (Value result : results) {
            if (result instanceof Activation activation) {
                addOutput(activation.port());
            } else if (result instanceof ScriptedLosses.Result loss) {
                loss.outputs().forEach(this::addOutput);
            }
        }
        for (String input : inputs.keySet()) {
            if (parameters.containsValue(input)) {
                throw new NotBuilt("tensor that is an input and a parameter");
            }
        }
        this.network = builder.build();
        this.batch = inputs.values().iterator().next().shape().size(0);
    }

    private void addOutput(Network.Port port) {
        if (!outputs.contains(port)) {
            outputs.add(port);
            builder.output(port);
        }
    }

    Network network() {
        return network;
    }

    List<Value> results() {
        return results;
    }

    /** The case's name of each parameter, under the network's. */
    Map<String, String> parameters() {
        return parameters;
    }

    /** The case's names of running mean and variance, under the BatchNorm's scope. */
    Map<String, List<String>> statistics() {
        return statistics;
    }

    int batch() {
        return batch;
    }

    Network.Port output(int index) {
        return outputs.get(index);
    }

    /** Whether BatchNorm normalises by the batch's statistics; one answer for the network. */
    boolean isTraining() {
        if (training.size() > 1) {
            throw new NotBuilt("network with BatchNorm in training and in inference");
        }
        return training.isEmpty() || training.contains(true);
    }

    private Value call(String function, List<Value> arguments, Map<String, Value> named) {
        Value loss = losses.call(function, arguments, named);
        if (loss != null) {
            return loss;
        }
        if (!named.isEmpty() && !TAKING_NAMES.contains(function)) {
            throw new NotBuilt(function + " with " + named.keySet());
        }
        if (ScriptedResponse.concerns(function, arguments)) {
            return ScriptedResponse.call(this, function, arguments);
        }
        return switch (function) {
            case "torch.conv2d" -> convolution(arguments);
            case "torch.conv_transpose2d" -> transposedConvolution(arguments);
            case "torch.linear" -> linear(arguments);
            case "torch.batch_norm" -> batchNorm(arguments);
            case "torch.max_pool2d",
                    "torch.max_pool2d_with_indices",
                    "torch.max_unpool2d",
                    "torch.avg_pool2d",
                    "torch.adaptive_avg_pool2d",
                    "torch.adaptive_max_pool2d",
                    "torch.upsample_nearest2d",
                    "torch.upsample_bilinear2d",
                    "torch.upsample_bicubic2d" -> ScriptedSampling.call(this, function, arguments);
            case "torch.group_norm", "torch.layer_norm", "torch.instance_norm" ->
                ScriptedNormalization.call(this, function, arguments);
            case "torch.dropout", "torch.native_dropout", "torch.feature_dropout" ->
                ScriptedSampling.dropout(this, function, arguments);
            case "torch.relu",
                    "Tensor.relu",
                    "torch.relu6",
                    "torch.hardtanh",
                    "torch.leaky_relu",
                    "torch.prelu",
                    "torch.elu",
                    "torch.selu",
                    "torch.celu",
                    "torch.gelu",
                    "torch.silu",
                    "torch.mish",
                    "torch.hardswish",
                    "torch.hardsigmoid",
                    "torch.sigmoid",
                    "Tensor.sigmoid",
                    "torch.tanh",
                    "Tensor.tanh",
                    "torch.softplus",
                    "torch.softmax",
                    "Tensor.softmax",
                    "torch.log_softmax",
                    "Tensor.log_softmax" -> ScriptedActivations.call(this, function, arguments, named);
            case "torch.mul",
                    "Tensor.mul",
                    "operator *",
                    "torch.cat",
                    "torch.split",
                    "Tensor.split",
                    "torch.split_with_sizes",
                    "torch.chunk",
                    "Tensor.chunk",
                    "torch.slice",
                    "torch.channel_shuffle",
                    "torch.pixel_shuffle",
                    "torch.pixel_unshuffle",
                    "torch.constant_pad_nd",
                    "torch.reflection_pad1d",
                    "torch.reflection_pad2d",
                    "torch.replication_pad1d",
                    "torch.replication_pad2d",
                    "torch.pad" -> ScriptedStructure.call(this, function, arguments, named);
            case "torch.matmul",
                    "Tensor.matmul",
                    "torch.bmm",
                    "Tensor.bmm",
                    "torch.permute",
                    "Tensor.permute",
                    "torch.transpose",
                    "Tensor.transpose",
                    "torch.mean",
                    "Tensor.mean",
                    "torch.sum",
                    "Tensor.sum",
                    "torch.amax",
                    "Tensor.amax",
                    "torch.max",
                    "Tensor.max" -> ScriptedTensors.call(this, function, arguments);
            case "torch.flatten", "Tensor.flatten" -> flatten(arguments);
            case "Tensor.view", "Tensor.reshape" -> view(function, arguments);
            case "Tensor.size" -> size(arguments);
            case "torch.add", "operator +" -> sum(arguments);
            default -> throw new NotBuilt(function);
        };
    }

    Activation activation(Value value) {
        if (value instanceof Activation activation) {
            return activation;
        }
        if (value instanceof Argument argument) {
            if (argument.shape().rank() == 0) {
                throw new NotBuilt("input that is a scalar");
            }
            return inputs.computeIfAbsent(
                    argument.name(),
                    name -> new Activation(builder.input(name, argument.shape().sample()), argument.shape()));
        }
        if (value instanceof ScriptedResponse squares && squares.size() == 0) {
            return add(new Multiply(), squares.x(), squares.x());
        }
        throw new NotBuilt("operator on " + value);
    }

    Activation add(Layer layer, Value... from) {
        return add("n" + nodes++, layer, from);
    }

    Activation add(String scope, Layer layer, Value... from) {
        return (Activation) addAll(scope, layer, from).get(0);
    }

    /** All outputs of a layer without parameters. */
    List<Value> addAll(Layer layer, Value... from) {
        return addAll("n" + nodes++, layer, from);
    }

    private List<Value> addAll(String scope, Layer layer, Value... from) {
        Activation[] read = Arrays.stream(from).map(this::activation).toArray(Activation[]::new);
        List<Shape> shapes =
                layer.outputs(Arrays.stream(read).map(Activation::shape).toList());
        Network.Port[] ports = Arrays.stream(read).map(Activation::port).toArray(Network.Port[]::new);
        Network.Port first = builder.addSharing("node" + nodes++, scope, layer, ports);
        List<Value> produced = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            produced.add(new Activation(new Network.Port(first.node(), i), shapes.get(i)));
        }
        return produced;
    }

    /** An output of the case that its network is given, such as the mask that libtorch drew. */
    Argument output(String name) {
        return new Argument("output." + name, golden.shape("output." + name));
    }

    /** Notes whether the network trains. */
    void isTraining(boolean trains) {
        training.add(trains);
    }

    GoldenCase golden() {
        return golden;
    }

    /** The scope of a layer with these parameters, each the case's or none; calls with the same ones share it. */
    String scope(List<String> names, Value... values) {
        List<String> used = new ArrayList<>();
        for (Value value : values) {
            used.add(value instanceof Argument argument ? argument.name() : "");
        }
        String known = scopes.get(used);
        if (known != null) {
            return known;
        }
        String scope = "scope" + scopes.size();
        scopes.put(used, scope);
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof Argument argument) {
                if (parameters.put(scope + "." + names.get(i), argument.name()) != null
                        || parameters.values().stream()
                                        .filter(argument.name()::equals)
                                        .count()
                                > 1) {
                    throw new NotBuilt("parameter that two layers share in part");
                }
            } else if (!(values[i] instanceof Value.None)) {
                throw new NotBuilt("parameter that is computed");
            }
        }
        return scope;
    }

    static Value optional(List<Value> arguments, int index) {
        return index < arguments.size() ? arguments.get(index) : new Value.None();
    }

    static boolean given(Value value) {
        return !(value instanceof Value.None);
    }

    static Shape shapeOf(Value value) {
        if (value instanceof Argument argument) {
            return argument.shape();
        }
        throw new NotBuilt("parameter that is computed");
    }

    /** A whole number, or one for height and one for width; {@code otherwise} if there is none. */
    static Pair pair(Value value, Pair otherwise) {
        if (value instanceof Value.Sequence sequence) {
            return switch (sequence.items().size()) {
                case 0 -> otherwise;
                case 1 -> Pair.of(sequence.items().get(0).whole());
                default ->
                    new Pair(
                            sequence.items().get(0).whole(),
                            sequence.items().get(1).whole());
            };
        }
        return given(value) ? Pair.of(value.whole()) : otherwise;
    }

    private Value convolution(List<Value> arguments) {
        Value weight = arguments.get(1);
        Value bias = optional(arguments, 2);
        Shape w = shapeOf(weight);
        Value groupsValue = optional(arguments, 6);
        int groups = given(groupsValue) ? groupsValue.whole() : 1;
        Value padding = optional(arguments, 4);
        boolean same = padding instanceof Value.Text text && text.value().equals("same");
        Conv2d layer = new Conv2d(
                w.size(1) * groups,
                w.size(0),
                new Pair(w.size(2), w.size(3)),
                pair(optional(arguments, 3), Pair.of(1)),
                same
                        ? Padding.SAME
                        : Padding.of(padding instanceof Value.Text ? Pair.of(0) : pair(padding, Pair.of(0))),
                pair(optional(arguments, 5), Pair.of(1)),
                groups,
                given(bias));
        return add(scope(List.of("weight", "bias"), weight, bias), layer, arguments.get(0));
    }

    /** x, weight, bias, stride, padding, output padding, groups, dilation. */
    private Value transposedConvolution(List<Value> arguments) {
        Value weight = arguments.get(1);
        Value bias = optional(arguments, 2);
        Shape w = shapeOf(weight);
        Value groupsValue = optional(arguments, 6);
        int groups = given(groupsValue) ? groupsValue.whole() : 1;
        ConvTranspose2d layer = new ConvTranspose2d(
                w.size(0),
                w.size(1) * groups,
                new Pair(w.size(2), w.size(3)),
                pair(optional(arguments, 3), Pair.of(1)),
                pair(optional(arguments, 4), Pair.of(0)),
                pair(optional(arguments, 5), Pair.of(0)),
                pair(optional(arguments, 7), Pair.of(1)),
                groups,
                given(bias));
        return add(scope(List.of("weight", "bias"), weight, bias), layer, arguments.get(0));
    }

    private Value linear(List<Value> arguments) {
        Value weight = arguments.get(1);
        Value bias = optional(arguments, 2);
        Shape w = shapeOf(weight);
        Linear layer = new Linear(w.size(1), w.size(0), given(bias));
        return add(scope(List.of("weight", "bias"), weight, bias), layer, arguments.get(0));
    }

    /** x, weight, bias, running mean, running variance, training, momentum, epsilon, cudnn. */
    private Value batchNorm(List<Value> arguments) {
        Value weight = arguments.get(1);
        Value bias = arguments.get(2);
        if (given(weight) != given(bias)) {
            throw new NotBuilt("torch.batch_norm with only one of weight and bias");
        }
        // Without running statistics the batch's own are used, in inference too.
        boolean tracks = given(arguments.get(3));
        int channels = activation(arguments.get(0)).shape().size(1);
        training.add(arguments.get(5).truth());
        BatchNorm2d layer = new BatchNorm2d(
                channels, arguments.get(7).number(), arguments.get(6).number(), given(weight), tracks);
        return normalized(layer, arguments);
    }

    /** Adds a normalisation of x by weight, bias, running mean and running variance, each of which may be none. */
    Value normalized(Layer layer, List<Value> arguments) {
        String scope;
        if (given(arguments.get(1))) {
            scope = scope(List.of("weight", "bias"), arguments.get(1), arguments.get(2));
        } else {
            scope = "scope" + scopes.size();
            scopes.put(List.of(scope), scope);
        }
        if (layer.runningStatistics() != null) {
            List<String> names = List.of(name(arguments.get(3)), name(arguments.get(4)));
            if (statistics.put(scope, names) != null) {
                throw new NotBuilt("a normalisation with running statistics that is used twice");
            }
        }
        return add(scope, layer, arguments.get(0));
    }

    static String name(Value value) {
        if (value instanceof Argument argument) {
            return argument.name();
        }
        throw new NotBuilt("parameter that is computed");
    }

    private Value flatten(List<Value> arguments) {
        boolean fromOne = arguments.size() > 1 && arguments.get(1).whole() == 1;
        Activation x = activation(arguments.get(0));
        boolean toTheEnd = arguments.size() < 3
                || arguments.get(2).whole() == -1
                || arguments.get(2).whole() == x.shape().rank() - 1;
        if (!fromOne || !toTheEnd) {
            throw new NotBuilt("flatten of other than all but the batch");
        }
        return add(new Flatten(), x);
    }

    private Value view(String function, List<Value> arguments) {
        List<Value> sizes = arguments.size() == 2 && arguments.get(1) instanceof Value.Sequence sequence
                ? sequence.items()
                : arguments.subList(1, arguments.size());
        if (sizes.isEmpty()) {
            throw new NotBuilt(function + " to a scalar");
        }
        return ScriptedStructure.view(
                this,
                activation(arguments.get(0)),
                sizes.stream().map(Value::whole).toList());
    }

    private static Value size(List<Value> arguments) {
        Shape shape =
                arguments.get(0) instanceof Activation activation ? activation.shape() : shapeOf(arguments.get(0));
        if (arguments.size() == 1) {
            return new Value.Sequence(shape.toList().stream()
                    .map(size -> (Value) new Value.Whole(size))
                    .toList());
        }
        int axis = arguments.get(1).whole();
        return new Value.Whole(shape.size(axis < 0 ? axis + shape.rank() : axis));
    }

    private Value sum(List<Value> arguments) {
        if (arguments.size() != 2 || arguments.stream().anyMatch(Value::isNumber)) {
            throw new NotBuilt("sum of a tensor and a number");
        }
        Activation left = activation(arguments.get(0));
        Activation right = activation(arguments.get(1));
        return add(new Add(), left, right);
    }

    /** Overwrites parameters and running statistics with the case's. */
    void fill(Weights weights) {
        parameters.forEach((name, argument) -> {
            float[] values = golden.floats("input." + argument);
            weights.flat().write(weights.layout().entry(name).offset(), values, 0, values.length);
        });
        for (StatisticsLayout.Entry entry : weights.statisticsLayout().entries()) {
            List<String> names = statistics.getOrDefault(entry.name(), List.of());
            weights.statistics().write(entry.offset(), golden.floats("input." + names.get(0)), 0, entry.channels());
            weights.statistics()
                    .write(entry.varianceOffset(), golden.floats("input." + names.get(1)), 0, entry.channels());
        }
        weights.refresh();
    }

    /** Overwrites the inputs of a program with the case's. */
    void feed(Program program) {
        for (int i = 0; i < network.inputs().size(); i++) {
            String name = network.inputs().get(i).name();
            float[] values = golden.floats(name.startsWith("output.") ? name : "input." + name);
            program.inputs().get(i).span().write(0, values, 0, values.length);
        }
    }

    /** A loss of the program's outputs; adds {@code upstream} times its gradient to those of all outputs. */
    double[] loss(ScriptedLosses.Result loss, Program program, float[] upstream, List<float[]> outputGradients) {
        return ScriptedLosses.evaluate(
                loss,
                loss.outputs().stream()
                        .map(port -> span(program, port).toArray())
                        .toList(),
                upstream,
                loss.outputs().stream()
                        .map(port -> outputGradients.get(outputs.indexOf(port)))
                        .toList());
    }

    /** Zeros for the gradients of all outputs. */
    List<float[]> outputGradients(Program program) {
        return outputs.stream()
                .map(port -> new float[span(program, port).length()])
                .toList();
    }

    /** The tensor of the program that a port gives. */
    FloatSpan span(Program program, Network.Port port) {
        return program.outputs().get(outputs.indexOf(port)).span();
    }

    /** Runs a case once, forward and backward, and compares everything that it holds. */
    static void run(GoldenCase golden) {
        ScriptedNetwork scripted = new ScriptedNetwork(golden);
        Network network = scripted.network();
        ParameterLayout layout = Layouts.parameters(network, 1);
        boolean gradients = !golden.names("grads").isEmpty();
        try (Weights weights = new Weights(layout, Layouts.statistics(network));
                Program program = Program.compile(
                        network, weights, new Purpose(scripted.batch(), scripted.isTraining(), gradients, gradients))) {
            scripted.fill(weights);
            scripted.feed(program);
            program.forward();
            scripted.compareOutputs(program, gradients);
            if (gradients) {
                program.backward(bucket -> {});
                scripted.compareGradients(program, layout);
            }
            scripted.compareStatistics(program, weights);
        }
    }

    /** Also writes the gradients of the outputs. */
    private void compareOutputs(Program program, boolean gradients) {
        double tolerance = Math.max(golden.tolerance("torch_float32_err_out"), ListedErrors.of(golden.script()));
        List<String> names = golden.names("outputs");
        List<float[]> outputGradients = outputGradients(program);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Value result = results.get(i);
            float[] upstream =
                    golden.has("grad_output." + name) ? golden.floats("grad_output." + name) : new float[] {};
            if (result instanceof Activation activation) {
                golden.same("output." + name, span(program, activation.port()).toArray(), tolerance);
                float[] into = outputGradients.get(outputs.indexOf(activation.port()));
                for (int k = 0; k < upstream.length; k++) {
                    into[k] += upstream[k];
                }
            } else if (result instanceof ScriptedLosses.Result loss) {
                float[] scale = upstream.length > 0 ? upstream : new float[ScriptedLosses.count(loss)];
                golden.same("output." + name, loss(loss, program, scale, outputGradients), tolerance);
            } else if (!(result instanceof Kept || result instanceof Argument)) {
                throw new NotBuilt("result that is " + result);
            }
        }
        if (gradients) {
            for (int i = 0; i < outputs.size(); i++) {
                float[] values = outputGradients.get(i);
                program.outputGradients().get(i).span().write(0, values, 0, values.length);
            }
        }
    }

    private void compareGradients(Program program, ParameterLayout layout) {
        double tolerance = golden.gradientTolerance();
        List<String> left = new ArrayList<>(golden.names("grads"));
        for (int i = 0; i < network.inputs().size(); i++) {
            String name = network.inputs().get(i).name();
            if (left.remove(name)) {
                golden.same(
                        "grad_input." + name,
                        program.inputGradients().get(i).span().toArray(),
                        tolerance);
            }
        }
        parameters.forEach((name, argument) -> {
            if (left.remove(argument)) {
                golden.same("grad_input." + argument, gradient(program, layout, name), tolerance);
            }
        });
        if (!left.isEmpty()) {
            throw new AssertionError(golden.name() + " expects gradients of " + left + ", but nothing has them.");
        }
    }

    /** The gradient of one parameter. */
    static float[] gradient(Program program, ParameterLayout layout, String name) {
        ParameterLayout.Entry entry = layout.entry(name);
        float[] values = new float[entry.length()];
        program.gradients().span().read(entry.offset(), values, 0, values.length);
        return values;
    }

    private void compareStatistics(Program program, Weights weights) {
        if (statistics.isEmpty()) {
            return;
        }
        float[] running = weights.statistics().toArray();
        if (isTraining()) {
            weights.statisticsLayout()
                    .update(running, program.batchStatistics().span().toArray(), 0, batch);
        }
        compareBuffers(weights.statisticsLayout(), running, golden.tolerance("torch_float32_err_out"));
    }

    /** Compares running statistics with {@code buffer_after.*}. */
    void compareBuffers(StatisticsLayout layout, float[] running, double tolerance) {
        List<String> buffers = golden.names("buffers");
        for (StatisticsLayout.Entry entry : layout.entries()) {
            List<String> names = statistics.getOrDefault(entry.name(), List.of());
            for (int i = 0; i < names.size(); i++) {
                if (buffers.contains(names.get(i))) {
                    int from = i == 0 ? entry.offset() : entry.varianceOffset();
                    golden.same(
                            "buffer_after." + names.get(i),
                            Arrays.copyOfRange(running, from, from + entry.channels()),
                            tolerance);
                }
            }
        }
    }
}
