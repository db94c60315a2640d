package io.convoy.engine.libtorch;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Hardsigmoid;
import io.convoy.engine.layer.Hardswish;
import io.convoy.engine.layer.Identity;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.ParameterSpec;
import io.convoy.engine.layer.Permute;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Relu6;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Scale;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.layer.Silu;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Split;
import io.convoy.engine.layer.Tanh;
import io.convoy.engine.layer.Window;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Node;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongArrayRef;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A {@link Network} that libtorch runs: one of its functions a node, in training mode with the gradients of its autograd, or in
 * inference with running statistics.
 */
public final class TorchNetwork {
    /** How far a training step's running statistics follow the batch's, PyTorch's default. */
    private static final double STATISTICS_MOMENTUM = 0.1;

    /** What a run gives, as float64. */
    record Result(List<double[]> outputs, Map<String, double[]> gradients) {}

    /**
     * A tensor of a state dict.
     *
     * @param sizes as libtorch has them
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Drawn(Shape sizes, float[] values) {}

    private final Network network;
    private final ScalarType type;
    private final boolean training;
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<Port, Tensor> values = new HashMap<>();

    /** Nodes whose input nobody looks at afterwards, so that they overwrite it. */
    private final Set<String> inPlace = new HashSet<>();

    /** The node behind which a value is not used any more. */
    private final Map<Port, String> lastUse = new HashMap<>();

    /**
     * A network without parameters yet.
     *
     * @param training whether BatchNorm normalises by the batch's own statistics
     */
    public TorchNetwork(Network network, ScalarType type, boolean training) {
        this.network = network;
        this.type = type;
        this.training = training;
        Map<Port, Integer> uses = new HashMap<>();
        Map<String, Layer> layers = new HashMap<>();
        for (Node node : network.nodes()) {
            layers.put(node.name(), node.layer());
            for (Port port : node.inputs()) {
                uses.merge(port, 1, Integer::sum);
                lastUse.put(port, node.name());
            }
        }
        for (Port port : network.outputs()) {
            uses.merge(port, 1, Integer::sum);
            lastUse.remove(port);
        }
        for (Node node : network.nodes()) {
            Port port = node.inputs().get(0);
            Layer before = layers.get(port.node());
            boolean forgotten = before instanceof BatchNorm2d
                    || before instanceof Conv2d
                    || before instanceof Linear
                    || before instanceof Add;
            boolean overwrites = node.layer() instanceof Relu
                    || node.layer() instanceof Relu6
                    || (node.layer() instanceof Add && node.inputs().size() == 2);
            if (forgotten && overwrites && uses.getOrDefault(port, 0) == 1) {
                inPlace.add(node.name());
            }
        }
    }

    /**
     * What the network computes with, by PyTorch's names, to be filled in. In training running statistics are optional; those that
     * are there follow the batches.
     */
    public Map<String, Tensor> parameters() {
        return parameters;
    }

    /**
     * The network's only output, computed as a careful user of libtorch does: activations overwrite what nobody needs, and values
     * are released behind their last use.
     *
     * @param x a batch
     */
    public Tensor output(Tensor x) {
        values.put(new Port(network.inputs().get(0).name(), 0), x);
        for (Node node : network.nodes()) {
            List<Tensor> inputs = node.inputs().stream().map(values::get).toList();
            if (inPlace.contains(node.name())) {
                overwrite(node.layer(), inputs);
                // The same tensor under its new name.
                values.remove(node.inputs().get(0));
                values.put(new Port(node.name(), 0), inputs.get(0));
            } else {
                List<Tensor> outputs = call(node, inputs);
                for (int i = 0; i < outputs.size(); i++) {
                    Tensor y = outputs.get(i);
                    // Each port has a handle of its own, which is released with it.
                    values.put(new Port(node.name(), i), y.address() == inputs.get(0).address() ? new Tensor(y) : y);
                }
            }
            for (Port port : node.inputs()) {
                Tensor value = values.get(port);
                if (value != null && value.address() != x.address() && node.name().equals(lastUse.get(port))) {
                    values.remove(port);
                    value.deallocate();
                }
            }
        }
        Tensor y = Objects.requireNonNull(values.get(network.outputs().get(0)));
        values.clear();
        return y;
    }

    /**
     * A state dict, as libtorch draws and holds it: every parameter, and BatchNorm's running statistics.
     *
     * @param seed of libtorch's random numbers
     */
    @SuppressWarnings("try") // the scope frees libtorch's tensors when it closes
    static Map<String, Drawn> stateDict(Network network, long seed) {
        try (PointerScope scope = new PointerScope()) {
            torch.manual_seed(seed);
            Map<String, Drawn> state = new LinkedHashMap<>();
            for (Node node : network.nodes()) {
                for (ParameterSpec spec : node.layer().parameters()) {
                    state.computeIfAbsent(
                            node.parameters() + "." + spec.name(),
                            name -> drawn(parameter(node.layer(), spec)));
                }
                if (node.layer() instanceof BatchNorm2d norm) {
                    long[] channels = {norm.channels()};
                    state.computeIfAbsent(
                            node.parameters() + ".running_mean",
                            name -> drawn(torch.randn(channels).mul(new Scalar(0.1))));
                    state.computeIfAbsent(
                            node.parameters() + ".running_var",
                            name -> drawn(torch.rand(channels).add(new Scalar(0.5))));
                }
            }
            return state;
        }
    }

    /** Of such a size that neither signals nor their gradients fade. */
    private static Tensor parameter(Layer layer, ParameterSpec spec) {
        long[] sizes = IntStream.of(spec.shape().toArray()).asLongStream().toArray();
        Tensor normal = torch.randn(sizes);
        if (sizes.length == 1) {
            Tensor small = normal.mul(new Scalar(0.1));
            return layer.normalizes() && spec.name().equals("weight") ? small.add(new Scalar(1.0)) : small;
        }
        long fanIn = spec.shape().count() / sizes[0];
        return normal.mul(new Scalar(Math.sqrt(2.0 / fanIn)));
    }

    private static Drawn drawn(Tensor tensor) {
        int[] sizes = new int[Math.toIntExact(tensor.dim())];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = Math.toIntExact(tensor.size(i));
        }
        float[] values = new float[Math.toIntExact(tensor.numel())];
        new FloatPointer(tensor.contiguous().data_ptr_float()).get(values);
        return new Drawn(Shape.of(sizes), values);
    }

    /**
     * The outputs in inference.
     *
     * @param state parameters and running statistics
     */
    @SuppressWarnings("try") // the scope frees libtorch's tensors when it closes
    static List<double[]> infer(
            Network network, ScalarType type, int batch, Map<String, Drawn> state, float[] input) {
        try (PointerScope scope = new PointerScope()) {
            torch.set_num_threads(1);
            TorchNetwork inference = new TorchNetwork(network, type, false);
            state.forEach((name, drawn) -> inference.parameters.put(
                    name, inference.tensor(drawn.values(), drawn.sizes().toArray())));
            inference.forward(batch, input);
            return network.outputs().stream()
                    .map(port -> array(Objects.requireNonNull(inference.values.get(port))))
                    .toList();
        }
    }

    /**
     * The outputs, and the gradients of the mean squared distance of each output from its target, added up.
     *
     * @param type Float or Double: what it computes with
     */
    @SuppressWarnings("try") // the scope frees libtorch's tensors when it closes
    static Result run(
            Network network,
            ScalarType type,
            int batch,
            Map<String, float[]> parameters,
            float[] input,
            List<float[]> targets) {
        try (PointerScope scope = new PointerScope()) {
            torch.set_num_threads(1);
            return new TorchNetwork(network, type, true).run(batch, parameters, input, targets);
        }
    }

    private static void overwrite(Layer layer, List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        if (layer instanceof Add) {
            Tensor unused = x.add_(inputs.get(1));
        } else if (layer instanceof Relu) {
            Tensor unused = torch.relu_(x);
        } else {
            Tensor unused = torch.hardtanh_(x, new Scalar(0.0), new Scalar(6.0));
        }
    }

    private Result run(int batch, Map<String, float[]> weights, float[] input, List<float[]> targets) {
        network.parameters()
                .forEach(parameter -> parameters.put(
                        parameter.name(),
                        tensor(Objects.requireNonNull(weights.get(parameter.name())), parameter.shape().toArray())
                                .set_requires_grad(true)));
        forward(batch, input);
        List<double[]> outputs = new ArrayList<>();
        Tensor loss = torch.zeros(new long[0], new TensorOptions(type));
        for (int i = 0; i < network.outputs().size(); i++) {
            Tensor y = Objects.requireNonNull(values.get(network.outputs().get(i)));
            outputs.add(array(y));
            int[] sizes = network.outputSample(i).batched(batch).toArray();
            loss = loss.add(torch.mse_loss(y, tensor(targets.get(i), sizes)));
        }
        loss.backward();
        Map<String, double[]> gradients = new LinkedHashMap<>();
        parameters.forEach((name, value) -> gradients.put(name, array(value.grad())));
        return new Result(outputs, gradients);
    }

    private void forward(int batch, float[] input) {
        Network.Input only = network.inputs().get(0);
        values.put(
                new Port(only.name(), 0),
                tensor(input, only.sample().batched(batch).toArray()));
        for (Node node : network.nodes()) {
            List<Tensor> inputs = node.inputs().stream().map(values::get).toList();
            List<Tensor> outputs = call(node, inputs);
            for (int i = 0; i < outputs.size(); i++) {
                values.put(new Port(node.name(), i), outputs.get(i));
            }
        }
    }

    private List<Tensor> call(Node node, List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        Layer layer = node.layer();
        if (layer instanceof Split split) {
            TensorVector parts = torch.split(x, longs(split.sizes()), split.dim());
            List<Tensor> outputs = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                outputs.add(parts.get(i));
            }
            return outputs;
        }
        return List.of(one(node, layer, x, inputs));
    }

    private Tensor one(Node node, Layer layer, Tensor x, List<Tensor> inputs) {
        if (layer instanceof Conv2d conv) {
            if (!conv.padding().equals(conv.paddingAfter())) {
                throw unknown(node);
            }
            return torch.conv2d(
                    x,
                    parameter(node, "weight"),
                    optional(node, conv.bias()),
                    longs(conv.stride()),
                    longs(conv.padding()),
                    longs(conv.dilation()),
                    conv.groups());
        }
        if (layer instanceof ConvTranspose2d conv) {
            return torch.conv_transpose2d(
                    x,
                    parameter(node, "weight"),
                    optional(node, conv.bias()),
                    longs(conv.stride()),
                    longs(conv.padding()),
                    longs(conv.outputPadding()),
                    conv.groups(),
                    longs(conv.dilation()));
        }
        if (layer instanceof BatchNorm2d norm) {
            return torch.batch_norm(
                    x,
                    norm.affine() ? new TensorOptional(parameter(node, "weight")) : new TensorOptional(),
                    optional(node, norm.affine()),
                    running(node, "running_mean"),
                    running(node, "running_var"),
                    training,
                    STATISTICS_MOMENTUM,
                    norm.epsilon(),
                    false);
        }
        if (layer instanceof Linear linear) {
            return torch.linear(x, parameter(node, "weight"), optional(node, linear.bias()));
        }
        if (layer instanceof MaxPool2d pool && !pool.returnIndices()) {
            Window window = pool.window();
            return torch.max_pool2d(
                    x,
                    longs(window.kernel()),
                    longs(window.stride()),
                    longs(window.padding()),
                    longs(window.dilation()),
                    window.ceilMode());
        }
        if (layer instanceof AvgPool2d pool) {
            Window window = pool.window();
            Integer divisor = pool.divisorOverride();
            return torch.avg_pool2d(
                    x,
                    longs(window.kernel()),
                    longs(window.stride()),
                    longs(window.padding()),
                    window.ceilMode(),
                    pool.countIncludePad(),
                    divisor == null ? new LongOptional() : new LongOptional(divisor));
        }
        if (layer instanceof AdaptiveAvgPool2d pool) {
            return torch.adaptive_avg_pool2d(x, longs(pool.outputSize()));
        }
        if (layer instanceof AdaptiveMaxPool2d pool && !pool.returnIndices()) {
            return torch.adaptive_max_pool2d(x, longs(pool.outputSize())).get0();
        }
        if (layer instanceof LocalResponseNorm norm) {
            // The mean of the squares over a window along the channels, as PyTorch's local_response_norm takes it.
            long[] border = {0, 0, 0, 0, norm.size() / 2, (norm.size() - 1) / 2};
            Tensor squares = torch.constant_pad_nd(x.mul(x).unsqueeze(1), border, new Scalar(0.0));
            Tensor mean = torch.avg_pool3d(
                            squares,
                            new long[] {norm.size(), 1, 1},
                            new long[] {1, 1, 1},
                            new long[] {0, 0, 0},
                            false,
                            true,
                            new LongOptional())
                    .squeeze(1);
            return x.div(mean.mul(new Scalar(norm.alpha())).add(new Scalar(norm.k())).pow(new Scalar(norm.beta())));
        }
        if (layer instanceof Reduce reduce) {
            return switch (reduce.by()) {
                case MEAN ->
                    torch.mean(
                            x,
                            reference(reduce.dims()),
                            reduce.keepDims(),
                            new ScalarTypeOptional());
                case SUM ->
                    torch.sum(
                            x,
                            reference(reduce.dims()),
                            reduce.keepDims(),
                            new ScalarTypeOptional());
                case MAX -> torch.amax(x, longs(reduce.dims()), reduce.keepDims());
            };
        }
        if (layer instanceof Pad pad && pad.mode() == Pad.Mode.CONSTANT) {
            return torch.constant_pad_nd(x, longs(pad.amounts()), new Scalar(pad.value()));
        }
        if (layer instanceof Slice slice) {
            return torch.slice(
                    x,
                    slice.dim(),
                    new LongOptional(slice.from()),
                    slice.to() == Slice.END ? new LongOptional() : new LongOptional(slice.to()),
                    1);
        }
        if (layer instanceof Concat concat) {
            // Closed at once, since it would keep its parts alive.
            try (TensorVector parts = new TensorVector(inputs.toArray(Tensor[]::new))) {
                return torch.cat(parts, concat.dim());
            }
        }
        if (layer instanceof MatMul product) {
            Tensor a = product.transposeA() ? x.transpose(-2, -1) : x;
            Tensor b = product.transposeB() ? inputs.get(1).transpose(-2, -1) : inputs.get(1);
            return torch.matmul(a, b).mul(new Scalar(product.scale()));
        }
        if (layer instanceof Reshape reshape) {
            long[] sizes = new long[reshape.sizes().size() + 1];
            sizes[0] = x.size(0);
            for (int i = 1; i < sizes.length; i++) {
                sizes[i] = reshape.sizes().get(i - 1);
            }
            return x.reshape(sizes);
        }
        if (layer instanceof Permute permute) {
            return x.permute(longs(permute.dims()));
        }
        if (layer instanceof ChannelShuffle shuffle) {
            long channels = x.size(1);
            return x.reshape(x.size(0), shuffle.groups(), channels / shuffle.groups(), x.size(2), x.size(3))
                    .transpose(1, 2)
                    .reshape(x.size(0), channels, x.size(2), x.size(3));
        }
        return elementwise(node, layer, x, inputs);
    }

    private static Tensor elementwise(Node node, Layer layer, Tensor x, List<Tensor> inputs) {
        if (layer instanceof Relu) {
            return torch.relu(x);
        }
        if (layer instanceof Relu6) {
            return torch.hardtanh(x, new Scalar(0.0), new Scalar(6.0));
        }
        if (layer instanceof Hardswish) {
            return torch.hardswish(x);
        }
        if (layer instanceof Hardsigmoid) {
            return torch.hardsigmoid(x);
        }
        if (layer instanceof Sigmoid) {
            return torch.sigmoid(x);
        }
        if (layer instanceof Silu) {
            return torch.silu(x);
        }
        if (layer instanceof Tanh) {
            return torch.tanh(x);
        }
        if (layer instanceof Softmax softmax) {
            return torch.softmax(x, softmax.dim());
        }
        if (layer instanceof Add) {
            return x.add(inputs.get(1));
        }
        if (layer instanceof Scale scale) {
            return x.mul(new Scalar(scale.factor()));
        }
        if (layer instanceof Multiply) {
            return x.mul(inputs.get(1));
        }
        if (layer instanceof Flatten) {
            return x.flatten(1, -1);
        }
        if (layer instanceof Identity) {
            return x;
        }
        throw unknown(node);
    }

    private static IllegalArgumentException unknown(Node node) {
        return new IllegalArgumentException(
                "TorchNetwork expects layers that it has a function for, but node " + node.name() + " is " + node.layer() + ".");
    }

    private Tensor parameter(Node node, String name) {
        return Objects.requireNonNull(parameters.get(node.parameters() + "." + name));
    }

    private TensorOptional optional(Node node, boolean bias) {
        return bias ? new TensorOptional(parameter(node, "bias")) : new TensorOptional();
    }

    private TensorOptional running(Node node, String name) {
        return training && !parameters.containsKey(node.parameters() + "." + name)
                ? new TensorOptional()
                : new TensorOptional(parameter(node, name));
    }

    private Tensor tensor(float[] values, int[] sizes) {
        long[] wide = new long[sizes.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = sizes[i];
        }
        try (FloatPointer pointer = new FloatPointer(values)) {
            return torch.from_blob(pointer, wide).to(type, false, true, new MemoryFormatOptional());
        }
    }

    private static double[] array(Tensor tensor) {
        Tensor wide = tensor.detach().to(ScalarType.Double).contiguous();
        double[] values = new double[Math.toIntExact(wide.numel())];
        new DoublePointer(wide.data_ptr_double()).get(values);
        return values;
    }

    /** One that refers to native memory, which lives as long as the scope; that of an array in Java is gone after the call. */
    private static LongArrayRefOptional reference(List<Integer> values) {
        return new LongArrayRefOptional(new LongArrayRef(new LongPointer(longs(values)), values.size()));
    }

    private static long[] longs(Pair pair) {
        return new long[] {pair.height(), pair.width()};
    }

    private static long[] longs(List<Integer> values) {
        return values.stream().mapToLong(Integer::longValue).toArray();
    }
}
