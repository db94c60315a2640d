package io.convoy.engine.onnx;

import static java.util.Map.entry;

import io.convoy.engine.layer.Celu;
import io.convoy.engine.layer.Elu;
import io.convoy.engine.layer.Gelu;
import io.convoy.engine.layer.Hardsigmoid;
import io.convoy.engine.layer.Hardswish;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LeakyRelu;
import io.convoy.engine.layer.LogSoftmax;
import io.convoy.engine.layer.Mish;
import io.convoy.engine.layer.Prelu;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Relu6;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Selu;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Softplus;
import io.convoy.engine.layer.Tanh;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Functions of single values, softmax, and dropout, which inference doesn't do. */
final class ImportedActivations {
    private static final float SELU_ALPHA = 1.6732632f;

    private static final float SELU_GAMMA = 1.050701f;

    static final Map<String, ImportRule> RULES = Map.ofEntries(
            entry("Relu", elementwise(node -> new Relu())),
            entry("LeakyRelu", elementwise(node -> new LeakyRelu(node.number("alpha", 0.01)))),
            entry("Elu", elementwise(node -> new Elu(node.number("alpha", 1)))),
            entry("Celu", elementwise(node -> new Celu(node.number("alpha", 1)))),
            entry("Gelu", elementwise(ImportedActivations::gelu)),
            entry("HardSwish", elementwise(node -> new Hardswish())),
            entry("Mish", elementwise(node -> new Mish())),
            entry("Sigmoid", elementwise(node -> new Sigmoid())),
            entry("Softplus", elementwise(node -> new Softplus())),
            entry("Tanh", elementwise(node -> new Tanh())),
            entry("HardSigmoid", ImportedActivations::hardSigmoid),
            entry("Selu", ImportedActivations::selu),
            entry("PRelu", ImportedActivations::prelu),
            entry("Clip", ImportedActivations::clip),
            entry("Softmax", along(Softmax::new)),
            entry("LogSoftmax", along(LogSoftmax::new)),
            entry("Dropout", ImportedActivations::dropout));

    private ImportedActivations() {}

    private static ImportRule elementwise(Function<ImportedNode, Layer> layer) {
        return node -> node.put(node.add(layer.apply(node), node.port(0)));
    }

    private static Layer gelu(ImportedNode node) {
        return new Gelu(
                node.text("approximate", "none").equals("tanh") ? Gelu.Approximation.TANH : Gelu.Approximation.NONE);
    }

    /** min(max(alpha · x + beta, 0), 1); ours has alpha = 1 / 6 and beta = 1 / 2. */
    private static void hardSigmoid(ImportedNode node) {
        double alpha = node.number("alpha", 0.2);
        boolean ours = (float) alpha == (float) (1.0 / 6);
        double factor = ours ? 1 : 6 * alpha;
        double shift = 6 * node.number("beta", 0.5) - 3;
        node.put(node.add(new Hardsigmoid(), node.line(node.port(0), factor, shift)));
    }

    /** gamma · elu(x, alpha); ours has the paper's constants, which are ONNX's defaults. */
    private static void selu(ImportedNode node) {
        double alpha = node.number("alpha", SELU_ALPHA);
        double gamma = node.number("gamma", SELU_GAMMA);
        if ((float) alpha == SELU_ALPHA && (float) gamma == SELU_GAMMA) {
            node.put(node.add(new Selu(), node.port(0)));
        } else {
            node.put(node.line(node.add(new Elu(alpha), node.port(0)), gamma, 0));
        }
    }

    /** A slope for all, one a channel, or one a value of a sample, which then are channels. */
    private static void prelu(ImportedNode node) {
        OnnxTensor.Floats slope = node.floats(1);
        Port x = node.port(0);
        Shape batched = node.graph().shape(x);
        float[] values = ImportedNode.flat(slope);
        String scope = node.scope(slope, "weight");
        // Before version 7 a vector was one slope a channel, whatever follows.
        boolean vector = node.graph().opset() < 7
                && slope.shape().rank() == 1
                && batched.rank() >= 2
                && values.length == batched.size(1);
        if (values.length == 1 || vector || isPerChannel(slope.shape(), batched)) {
            node.put(node.add(scope, new Prelu(values.length, 0.25), Map.of("weight", values), x));
            return;
        }
        Shape sample = batched.sample();
        if (values.length != sample.count() || slope.shape().rank() < sample.rank()) {
            throw node.refused(
                    "one slope, one a channel or one a value of a sample",
                    slope.name() + " is " + slope.shape() + " and its input " + node.shape(x),
                    "");
        }
        Port flat = node.step("flat", Reshape.of(values.length), x);
        Port y = node.add(scope, new Prelu(values.length, 0.25), Map.of("weight", values), flat);
        node.put(node.step("form", new Reshape(sample.toList()), y));
    }

    /** Whether the only size that isn't 1 lies along dimension 1. */
    private static boolean isPerChannel(Shape slope, Shape x) {
        boolean channels = x.rank() >= 2 && slope.count() == x.size(1);
        for (int axis = 0; axis < slope.rank(); axis++) {
            channels &= slope.size(axis) == 1 || x.rank() - slope.rank() + axis == 1;
        }
        return channels;
    }

    /** min(max(x, least), greatest): what {@link Relu6} and {@link Relu} do between other bounds. */
    private static void clip(ImportedNode node) {
        float least = bound(node, "min", 1, Float.NEGATIVE_INFINITY);
        float greatest = bound(node, "max", 2, Float.POSITIVE_INFINITY);
        Port x = node.port(0);
        if (least <= -Float.MAX_VALUE && greatest >= Float.MAX_VALUE) {
            node.put(x);
        } else if (greatest >= Float.MAX_VALUE) {
            node.put(node.line(node.add(new Relu(), node.line(x, 1, -least)), 1, least));
        } else if (least <= -Float.MAX_VALUE) {
            node.put(node.line(node.add(new Relu(), node.line(x, -1, greatest)), -1, greatest));
        } else if (least < greatest) {
            double factor = 6 / ((double) greatest - least);
            Port inside = node.line(x, factor, -factor * least);
            node.put(node.line(node.add(new Relu6(), inside), 1 / factor, least));
        } else {
            throw node.refused("min below max", "min is " + least + " and max is " + greatest, "");
        }
    }

    private static float bound(ImportedNode node, String attribute, int input, float absent) {
        if (!node.hasInput(input)) {
            return (float) node.number(attribute, absent);
        }
        float[] values = ImportedNode.flat(node.floats(input));
        if (values.length != 1 || Float.isNaN(values[0])) {
            throw node.refused("a number as " + attribute, "it is another value", "");
        }
        return values[0];
    }

    /** Along one axis; before version 13 along it and all that follow. */
    private static ImportRule along(IntFunction<Layer> layer) {
        return node -> {
            Port x = node.port(0);
            Shape shape = node.shape(x);
            boolean coerced = node.graph().opset() < 13;
            long wanted = node.whole("axis", coerced ? 1 : -1);
            int axis = node.axis(wanted, shape.rank());
            Shape batched = node.graph().shape(x);
            long behind = 1;
            for (int i = axis + 1; i < batched.rank(); i++) {
                behind *= batched.size(i);
            }
            if (!coerced || behind == 1) {
                node.put(node.add(layer.apply(axis), x));
                return;
            }
            if (axis == 0) {
                throw node.mixing();
            }
            int share = Math.toIntExact(behind * batched.size(axis));
            Port rows = node.step("rows", Reshape.of(-1, share), x);
            node.put(node.step("form", new Reshape(batched.sample().toList()), node.add(layer.apply(2), rows)));
        };
    }

    private static void dropout(ImportedNode node) {
        if (node.hasInput(2) && node.wholes(2).length == 1 && node.wholes(2)[0] != 0) {
            throw node.refused("inference", "its training_mode is set", "export the network in inference");
        }
        node.put(node.port(0));
        node.leave(1, "is a mask, which inference doesn't make");
    }
}
