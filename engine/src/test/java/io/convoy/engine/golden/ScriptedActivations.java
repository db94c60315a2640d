package io.convoy.engine.golden;

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
import io.convoy.engine.layer.Selu;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.layer.Silu;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Softplus;
import io.convoy.engine.layer.Tanh;
import java.util.List;
import java.util.Map;

/** The activations of a {@link ScriptedNetwork}. */
final class ScriptedActivations {
    private ScriptedActivations() {}

    static Value call(ScriptedNetwork network, String function, List<Value> arguments, Map<String, Value> named) {
        String name = function.substring(function.indexOf('.') + 1);
        if (name.equals("prelu")) {
            Value weight = arguments.get(1);
            Prelu layer = Prelu.of(ScriptedNetwork.shapeOf(weight).size(0));
            return network.add(network.scope(List.of("weight"), weight), layer, arguments.get(0));
        }
        return network.add(layer(name, arguments, named), arguments.get(0));
    }

    private static Layer layer(String name, List<Value> arguments, Map<String, Value> named) {
        return switch (name) {
            case "relu" -> new Relu();
            case "relu6" -> new Relu6();
            case "hardtanh" -> ceiling(name, arguments);
            case "leaky_relu" -> new LeakyRelu(number(arguments, 1, 0.01));
            case "elu" -> elu(arguments);
            case "selu" -> new Selu();
            case "celu" -> new Celu(number(arguments, 1, 1));
            case "gelu" -> gelu(arguments, named);
            case "silu" -> new Silu();
            case "mish" -> new Mish();
            case "hardswish" -> new Hardswish();
            case "hardsigmoid" -> new Hardsigmoid();
            case "sigmoid" -> new Sigmoid();
            case "tanh" -> new Tanh();
            case "softplus" -> new Softplus(number(arguments, 1, 1), number(arguments, 2, 20));
            case "softmax" -> new Softmax(dim(name, arguments));
            case "log_softmax" -> new LogSoftmax(dim(name, arguments));
            default -> throw new NotBuilt("activation " + name);
        };
    }

    private static double number(List<Value> arguments, int index, double otherwise) {
        Value value = ScriptedNetwork.optional(arguments, index);
        return ScriptedNetwork.given(value) ? value.number() : otherwise;
    }

    /** x, lowest, highest. */
    private static Layer ceiling(String name, List<Value> arguments) {
        if (number(arguments, 1, -1) != 0 || number(arguments, 2, 1) != 6) {
            throw new NotBuilt(name + " other than relu6");
        }
        return new Relu6();
    }

    /** x, alpha, scale, input scale. */
    private static Layer elu(List<Value> arguments) {
        if (number(arguments, 2, 1) != 1 || number(arguments, 3, 1) != 1) {
            throw new NotBuilt("torch.elu with a scale");
        }
        return new Elu(number(arguments, 1, 1));
    }

    private static Layer gelu(List<Value> arguments, Map<String, Value> named) {
        Value approximate =
                named.getOrDefault("approximate", arguments.size() > 1 ? arguments.get(1) : new Value.Text("none"));
        return switch (((Value.Text) approximate).value()) {
            case "none" -> new Gelu();
            case "tanh" -> new Gelu(Gelu.Approximation.TANH);
            default -> throw new NotBuilt("torch.gelu with " + approximate);
        };
    }

    /** x, dim, data type. */
    private static int dim(String name, List<Value> arguments) {
        if (ScriptedNetwork.given(ScriptedNetwork.optional(arguments, 2))) {
            throw new NotBuilt("torch." + name + " in another data type");
        }
        return arguments.get(1).whole();
    }
}
