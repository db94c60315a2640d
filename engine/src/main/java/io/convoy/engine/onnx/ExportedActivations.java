package io.convoy.engine.onnx;

import io.convoy.engine.layer.Celu;
import io.convoy.engine.layer.Elu;
import io.convoy.engine.layer.Gelu;
import io.convoy.engine.layer.Hardsigmoid;
import io.convoy.engine.layer.Hardswish;
import io.convoy.engine.layer.LeakyRelu;
import io.convoy.engine.layer.LogSoftmax;
import io.convoy.engine.layer.Mish;
import io.convoy.engine.layer.Prelu;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Relu6;
import io.convoy.engine.layer.Scale;
import io.convoy.engine.layer.Selu;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.layer.Silu;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Softplus;
import io.convoy.engine.layer.Swish;
import io.convoy.engine.layer.Tanh;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.Map;

/** Functions of single values, and softmax. */
final class ExportedActivations {
    /** Above it ln(1 + exp(x)) is x in float32, give or take a part in 10⁸. */
    private static final double STRAIGHT = 15;

    private ExportedActivations() {}

    static void addTo(ExportRules rules) {
        rules.add(Relu.class, (layer, node) -> node.emit("Relu", Map.of(), node.input(0)));
        rules.add(Sigmoid.class, (layer, node) -> node.emit("Sigmoid", Map.of(), node.input(0)));
        rules.add(Tanh.class, (layer, node) -> node.emit("Tanh", Map.of(), node.input(0)));
        rules.add(Selu.class, (layer, node) -> node.emit("Selu", Map.of(), node.input(0)));
        rules.add(Mish.class, (layer, node) -> node.emit("Mish", Map.of(), node.input(0)));
        rules.add(Hardswish.class, (layer, node) -> node.emit("HardSwish", Map.of(), node.input(0)));
        rules.add(
                Relu6.class,
                (layer, node) -> node.emit(
                        "Clip", Map.of(), node.input(0), node.number("least", 0), node.number("greatest", 6)));
        rules.add(
                Hardsigmoid.class,
                (layer, node) -> node.emit(
                        "HardSigmoid",
                        Map.of("alpha", Attribute.of(1.0 / 6), "beta", Attribute.of(0.5)),
                        node.input(0)));
        rules.add(LeakyRelu.class, (layer, node) -> sloped("LeakyRelu", layer.negativeSlope(), node));
        rules.add(Elu.class, (layer, node) -> sloped("Elu", layer.alpha(), node));
        rules.add(Celu.class, (layer, node) -> sloped("Celu", layer.alpha(), node));
        rules.add(Gelu.class, ExportedActivations::gelu);
        rules.add(Prelu.class, ExportedActivations::prelu);
        rules.add(Silu.class, (layer, node) -> gated(node.input(0), node));
        rules.add(
                Swish.class,
                (layer, node) -> gated(
                        node.step("scaled", "Mul", Map.of(), node.input(0), node.number("beta", layer.beta())), node));
        rules.add(
                Scale.class,
                (layer, node) -> node.emit("Mul", Map.of(), node.input(0), node.number("factor", layer.factor())));
        rules.add(Softplus.class, ExportedActivations::softplus);
        rules.add(
                Softmax.class,
                (layer, node) -> node.emit("Softmax", Map.of("axis", Attribute.of(layer.dim())), node.input(0)));
        rules.add(
                LogSoftmax.class,
                (layer, node) -> node.emit("LogSoftmax", Map.of("axis", Attribute.of(layer.dim())), node.input(0)));
    }

    private static void sloped(String operator, double alpha, ExportedNode node) {
        node.emit(operator, Map.of("alpha", Attribute.of(alpha)), node.input(0));
    }

    private static void gelu(Gelu layer, ExportedNode node) {
        node.graph().require(20);
        String approximate = layer.approximate() == Gelu.Approximation.TANH ? "tanh" : "none";
        node.emit("Gelu", Map.of("approximate", Attribute.of(approximate)), node.input(0));
    }

    /** A slope a channel lies along dimension 1, whatever follows. */
    private static void prelu(Prelu layer, ExportedNode node) {
        int[] sizes = new int[Math.max(1, node.shape(0).rank() - 1)];
        Arrays.fill(sizes, 1);
        sizes[0] = layer.parameterCount();
        node.emit("PRelu", Map.of(), node.input(0), node.parameter("weight", Shape.of(sizes)));
    }

    private static void gated(String gate, ExportedNode node) {
        node.emit("Mul", Map.of(), node.input(0), node.step("gate", "Sigmoid", Map.of(), gate));
    }

    /** ONNX's has neither a beta nor a threshold, which matters only where the straight line begins early. */
    private static void softplus(Softplus layer, ExportedNode node) {
        boolean plain = layer.beta() == 1;
        boolean early = layer.threshold() < STRAIGHT;
        if (plain && !early) {
            node.emit("Softplus", Map.of(), node.input(0));
            return;
        }
        String beta = node.number("beta", layer.beta());
        String scaled = node.step("scaled", "Mul", Map.of(), node.input(0), beta);
        String bent = node.step("bent", "Softplus", Map.of(), scaled);
        if (!early) {
            node.emit("Div", Map.of(), bent, beta);
            return;
        }
        String y = node.step("divided", "Div", Map.of(), bent, beta);
        String far = node.step("far", "Greater", Map.of(), scaled, node.number("threshold", layer.threshold()));
        node.emit("Where", Map.of(), far, node.input(0), y);
    }
}
