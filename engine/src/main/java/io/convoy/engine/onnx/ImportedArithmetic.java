package io.convoy.engine.onnx;

import static java.util.Map.entry;

import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.Mish;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Permute;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Scale;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.layer.Silu;
import io.convoy.engine.layer.Softplus;
import io.convoy.engine.layer.Swish;
import io.convoy.engine.layer.Tanh;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Sums, products and reductions. */
final class ImportedArithmetic {
    static final Map<String, ImportRule> RULES = Map.ofEntries(
            entry("Add", ImportedArithmetic::add),
            entry("Sum", ImportedArithmetic::sum),
            entry("Sub", ImportedArithmetic::subtract),
            entry("Mul", ImportedArithmetic::multiply),
            entry("Div", ImportedArithmetic::divide),
            entry("Gemm", ImportedArithmetic::gemm),
            entry("MatMul", ImportedArithmetic::product),
            entry("ReduceMean", node -> reduce(node, Reduce.By.MEAN)),
            entry("ReduceMax", node -> reduce(node, Reduce.By.MAX)),
            entry("ReduceSum", node -> reduce(node, Reduce.By.SUM)));

    private ImportedArithmetic() {}

    /** The port of input {@code index}, which may be a constant beside the computed {@code other}. */
    private static Port beside(ImportedNode node, int index, int other) {
        return node.isKnown(index) && !node.isKnown(other)
                ? node.constant(
                        node.floats(index), node.graph().shape(node.port(other)).rank())
                : node.port(index);
    }

    private static void add(ImportedNode node) {
        if (!biased(node, 0) && !biased(node, 1)) {
            node.put(node.add(new Add(), beside(node, 0, 1), beside(node, 1, 0)));
        }
    }

    /** A vector added to what a fully connected layer without bias gives is its bias. */
    private static boolean biased(ImportedNode node, int index) {
        if (node.isKnown(index) || !node.isKnown(1 - index)) {
            return false;
        }
        PlannedNode product = node.graph().planned(node.port(index));
        if (product == null
                || !(product.layer() instanceof Linear linear)
                || linear.bias()
                || !(node.known(1 - index) instanceof OnnxTensor.Floats bias)
                || !bias.shape().equals(Shape.of(linear.out()))) {
            return false;
        }
        Map<String, float[]> parameters = new HashMap<>(product.parameters());
        parameters.put("bias", ImportedNode.flat(bias));
        node.put(node.add(
                product.scope(),
                Linear.of(linear.in(), linear.out()),
                parameters,
                product.inputs().get(0)));
        return true;
    }

    private static void sum(ImportedNode node) {
        Port sum = node.port(0);
        for (int i = 1; i < node.inputCount(); i++) {
            sum = i == node.inputCount() - 1
                    ? node.add(new Add(), sum, node.port(i))
                    : node.step("sum" + i, new Add(), sum, node.port(i));
        }
        node.put(sum);
    }

    private static OnnxTensor.Floats mapped(OnnxTensor.Floats tensor, DoubleUnaryOperator function) {
        float[] values = ImportedNode.flat(tensor);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) function.applyAsDouble(values[i]);
        }
        return new OnnxTensor.Floats("", tensor.shape(), values);
    }

    private static void subtract(ImportedNode node) {
        Port x = node.port(0);
        OnnxTensor.Floats constant = mapped(node.floats(1), value -> -value);
        node.put(node.add(
                new Add(), x, node.constant(constant, node.graph().shape(x).rank())));
    }

    private static void divide(ImportedNode node) {
        Port x = node.port(0);
        OnnxTensor.Floats constant = mapped(node.floats(1), value -> 1 / value);
        if (constant.shape().count() == 1
                && constant.shape().rank() <= node.shape(x).rank()) {
            node.put(node.add(new Scale(constant.values()[0]), x));
            return;
        }
        node.put(node.add(
                new Multiply(), x, node.constant(constant, node.graph().shape(x).rank())));
    }

    private static void multiply(ImportedNode node) {
        if (gated(node, 0) || gated(node, 1) || scaled(node, 0) || scaled(node, 1)) {
            return;
        }
        node.put(node.add(new Multiply(), beside(node, 0, 1), beside(node, 1, 0)));
    }

    /** x · sigmoid(x), x · sigmoid(beta · x), x · tanh(softplus(x)). */
    private static boolean gated(ImportedNode node, int index) {
        if (node.isKnown(0) || node.isKnown(1)) {
            return false;
        }
        Port x = node.port(1 - index);
        PlannedNode gate = node.graph().planned(node.port(index));
        if (gate == null) {
            return false;
        }
        if (gate.layer() instanceof Sigmoid) {
            Port inside = gate.inputs().get(0);
            PlannedNode scaled = node.graph().planned(inside);
            if (inside.equals(x)) {
                node.put(node.add(new Silu(), x));
                return true;
            }
            if (scaled != null
                    && scaled.layer() instanceof Scale beta
                    && scaled.inputs().get(0).equals(x)) {
                node.put(node.add(new Swish(beta.factor()), x));
                return true;
            }
        }
        PlannedNode inside = gate.layer() instanceof Tanh
                ? node.graph().planned(gate.inputs().get(0))
                : null;
        if (inside != null
                && inside.layer().equals(new Softplus())
                && inside.inputs().get(0).equals(x)) {
            node.put(node.add(new Mish(), x));
            return true;
        }
        return false;
    }

    /** Times one number; of a matrix product that is its scale. */
    private static boolean scaled(ImportedNode node, int index) {
        if (node.isKnown(index)
                || !(node.isKnown(1 - index) && node.known(1 - index) instanceof OnnxTensor.Floats constant)
                || constant.shape().count() != 1
                || constant.shape().rank() > node.shape(index).rank()) {
            return false;
        }
        Port x = node.port(index);
        double factor = ImportedNode.decimal(ImportedNode.flat(constant)[0]);
        PlannedNode product = node.graph().planned(x);
        if (product != null && product.layer() instanceof MatMul matMul && matMul.scale() == 1) {
            node.put(node.add(
                    matMul.withScale(factor),
                    product.inputs().get(0),
                    product.inputs().get(1)));
            return true;
        }
        node.put(node.add(new Scale(factor), x));
        return true;
    }

    /** alpha · a · b + beta · c; the factors go into what doesn't vary. */
    private static void gemm(ImportedNode node) {
        double alpha = node.number("alpha", 1);
        double beta = node.number("beta", 1);
        boolean transposeA = node.flag("transA");
        boolean transposeB = node.flag("transB");
        if (node.oneSample()) {
            Port y = node.add(new MatMul(transposeA, transposeB, alpha), node.port(0), node.port(1));
            if (node.hasInput(2)) {
                y = node.step("sum", new Add(), y, node.line(node.port(2), beta, 0));
            }
            node.put(y);
            return;
        }
        if (transposeA) {
            throw node.mixing();
        }
        OnnxTensor.Floats b = node.floats(1);
        if (b.shape().rank() != 2) {
            throw node.refused("a matrix as input 1", "it is " + b.shape(), "");
        }
        int in = b.shape().size(transposeB ? 1 : 0);
        int out = b.shape().size(transposeB ? 0 : 1);
        float[] weight = ImportedNode.flat(b);
        weight = transposeB ? weight : transposed(weight, in, out);
        Map<String, float[]> parameters = new HashMap<>();
        parameters.put("weight", times(weight, alpha));
        if (node.hasInput(2)) {
            float[] c = ImportedNode.flat(node.floats(2));
            if (c.length != 1 && c.length != out) {
                throw node.refused(
                        "one value or one an output as input 2",
                        "it is " + node.floats(2).shape(),
                        "");
            }
            float[] bias = new float[out];
            for (int k = 0; k < out; k++) {
                bias[k] = c[c.length == 1 ? 0 : k];
            }
            parameters.put("bias", times(bias, beta));
        }
        node.put(node.add(node.scope(b, "weight"), new Linear(in, out, node.hasInput(2)), parameters, node.port(0)));
    }

    private static float[] times(float[] values, double factor) {
        for (int i = 0; factor != 1 && i < values.length; i++) {
            values[i] = (float) (factor * values[i]);
        }
        return values;
    }

    private static float[] transposed(float[] values, int rows, int columns) {
        float[] transposed = new float[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                transposed[j * rows + i] = values[i * columns + j];
            }
        }
        return transposed;
    }

    private static void product(ImportedNode node) {
        if (!node.isKnown(0) && node.isKnown(1) && node.floats(1).shape().rank() == 2) {
            weighted(node, node.floats(1));
            return;
        }
        Swapped a = Swapped.of(node, node.port(0));
        Swapped b = Swapped.of(node, node.port(1));
        node.put(node.add(new MatMul(a.isSwapped(), b.isSwapped(), 1), a.port(), b.port()));
    }

    /** A port, and whether its last two dimensions are to be swapped. */
    private record Swapped(Port port, boolean isSwapped) {
        static Swapped of(ImportedNode node, Port port) {
            PlannedNode planned = node.graph().planned(port);
            if (planned != null && planned.layer() instanceof Permute permute) {
                int rank = permute.dims().size();
                List<Integer> swap =
                        new ArrayList<>(IntStream.range(0, rank).boxed().toList());
                if (rank >= 3) {
                    Collections.swap(swap, rank - 2, rank - 1);
                    if (swap.equals(permute.dims())) {
                        return new Swapped(planned.inputs().get(0), true);
                    }
                }
            }
            return new Swapped(port, false);
        }
    }

    /** […, K] times a constant [K, P]: a fully connected layer, at each place if there are several. */
    private static void weighted(ImportedNode node, OnnxTensor.Floats b) {
        int in = b.shape().size(0);
        int out = b.shape().size(1);
        Map<String, float[]> parameters = Map.of("weight", transposed(ImportedNode.flat(b), in, out));
        String scope = node.scope(b, "weight");
        Port x = node.port(0);
        Shape sample = node.graph().shape(x).sample();
        if (sample.rank() == 1) {
            node.put(node.add(scope, new Linear(in, out, false), parameters, x));
            return;
        }
        if (sample.rank() == 0 || sample.size(sample.rank() - 1) != in) {
            throw node.refused("[…, " + in + "]", "its input is " + node.shape(x), "");
        }
        int places = Math.toIntExact(sample.count() / in);
        Port tokens = node.step("tokens", Reshape.of(places, in), x);
        Port channels = node.step("channels", Permute.of(0, 2, 1), tokens);
        Port maps = node.step("maps", Reshape.of(in, places, 1), channels);
        Port y = node.add(scope, Conv2d.of(in, out, 1).withoutBias(), parameters, maps);
        Port flat = node.step("flat", Reshape.of(out, places), y);
        Port last = node.step("last", Permute.of(0, 2, 1), flat);
        List<Integer> sizes = new ArrayList<>(sample.toList());
        sizes.set(sizes.size() - 1, out);
        node.put(node.step("form", new Reshape(sizes), last));
    }

    private static void reduce(ImportedNode node, Reduce.By by) {
        Port x = node.port(0);
        int rank = node.shape(x).rank();
        long[] axes = node.wides("axes", 1);
        if (axes.length == 0 && node.flag("noop_with_empty_axes")) {
            node.put(x);
            return;
        }
        if (axes.length == 0) {
            axes = IntStream.range(0, rank).asLongStream().toArray();
        }
        List<Integer> dims = Arrays.stream(axes)
                .mapToInt(axis -> node.sampleAxis(axis, rank))
                .sorted()
                .distinct()
                .boxed()
                .toList();
        node.put(node.add(new Reduce(by, dims, node.whole("keepdims", 1) != 0), x));
    }
}
