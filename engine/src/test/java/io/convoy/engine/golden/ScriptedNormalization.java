package io.convoy.engine.golden;

import static io.convoy.engine.golden.ScriptedNetwork.given;

import io.convoy.engine.layer.GroupNorm;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LayerNorm;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/** Normalisations in scripts, but for those of a batch. */
final class ScriptedNormalization {
    private ScriptedNormalization() {}

    static Value call(ScriptedNetwork network, String function, List<Value> arguments) {
        Shape x = network.activation(arguments.get(0)).shape();
        // Group and layer normalisation have a number or a shape in front of their weights.
        int at = function.equals("torch.instance_norm") ? 1 : 2;
        Value weight = arguments.get(at);
        Value bias = arguments.get(at + 1);
        if (given(bias) && !given(weight)) {
            throw new NotBuilt(function + " with a bias and no weight");
        }
        Layer layer = switch (function) {
            case "torch.group_norm" ->
                new GroupNorm(
                        arguments.get(1).whole(), x.size(1), arguments.get(4).number(), given(weight));
            case "torch.layer_norm" ->
                new LayerNorm(
                        Shape.of(arguments.get(1).items().stream()
                                .mapToInt(Value::whole)
                                .toArray()),
                        arguments.get(4).number(),
                        given(weight),
                        given(bias));
            case "torch.instance_norm" -> instanceNorm(network, arguments, x);
            default -> throw new NotBuilt(function);
        };
        if (layer.parameters().size() < 2 && given(bias)) {
            throw new NotBuilt(function + " with only one of weight and bias");
        }
        if (layer.runningStatistics() != null) {
            return network.normalized(layer, arguments);
        }
        return given(weight)
                ? network.add(network.scope(List.of("weight", "bias"), weight, bias), layer, arguments.get(0))
                : network.add(layer, arguments.get(0));
    }

    /** x, weight, bias, running mean, running variance, use_input_stats, momentum, epsilon. */
    private static Layer instanceNorm(ScriptedNetwork network, List<Value> arguments, Shape x) {
        boolean tracks = given(arguments.get(3));
        boolean trains = arguments.get(5).truth();
        if (tracks) {
            network.isTraining(trains);
        } else if (!trains) {
            throw new NotBuilt("torch.instance_norm by statistics that are not given");
        }
        return new InstanceNorm2d(
                x.size(1), arguments.get(7).number(), arguments.get(6).number(), given(arguments.get(1)), tracks);
    }
}
