package io.convoy.engine.golden;

import static io.convoy.engine.golden.ScriptedNetwork.given;
import static io.convoy.engine.golden.ScriptedNetwork.optional;
import static io.convoy.engine.golden.ScriptedNetwork.pair;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Dropout2d;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.MaxUnpool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Upsample;
import io.convoy.engine.layer.Window;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pooling, unpooling, interpolation and dropout in scripts. */
final class ScriptedSampling {
    private ScriptedSampling() {}

    static Value call(ScriptedNetwork network, String function, List<Value> arguments) {
        Value x = arguments.get(0);
        return switch (function) {
            case "torch.max_pool2d" -> network.addAll(maxPool(arguments), x).get(0);
            case "torch.max_pool2d_with_indices" ->
                new Value.Sequence(network.addAll(maxPool(arguments).withIndices(), x));
            case "torch.max_unpool2d" -> unpool(network, arguments);
            case "torch.avg_pool2d" -> network.add(averagePool(arguments), x);
            case "torch.adaptive_avg_pool2d" ->
                network.add(new AdaptiveAvgPool2d(pair(arguments.get(1), Pair.of(1))), x);
            case "torch.adaptive_max_pool2d" ->
                new Value.Sequence(network.addAll(new AdaptiveMaxPool2d(pair(arguments.get(1), Pair.of(1)), true), x));
            case "torch.upsample_nearest2d" -> upsample(network, Upsample.Mode.NEAREST, false, arguments);
            case "torch._upsample_nearest_exact2d" -> upsample(network, Upsample.Mode.NEAREST_EXACT, false, arguments);
            case "torch.upsample_bilinear2d" -> upsample(network, Upsample.Mode.BILINEAR, false, arguments);
            case "torch.upsample_bicubic2d" -> upsample(network, Upsample.Mode.BICUBIC, false, arguments);
            case "torch._upsample_bilinear2d_aa" -> upsample(network, Upsample.Mode.BILINEAR, true, arguments);
            case "torch._upsample_bicubic2d_aa" -> upsample(network, Upsample.Mode.BICUBIC, true, arguments);
            default -> throw new NotBuilt(function);
        };
    }

    /** x, kernel, stride, padding, dilation, ceil mode. */
    private static MaxPool2d maxPool(List<Value> arguments) {
        Value ceil = optional(arguments, 5);
        Pair kernel = pair(arguments.get(1), Pair.of(1));
        return new MaxPool2d(new Window(
                kernel,
                pair(optional(arguments, 2), kernel),
                pair(optional(arguments, 3), Pair.of(0)),
                pair(optional(arguments, 4), Pair.of(1)),
                given(ceil) && ceil.truth()));
    }

    /** x, indices, output size. Which pool it was is not said: one whose window moves by 1 fits any size. */
    private static Value unpool(ScriptedNetwork network, List<Value> arguments) {
        Shape x = network.activation(arguments.get(0)).shape();
        Pair size = pair(arguments.get(2), Pair.of(1));
        Pair kernel = new Pair(size.height() - x.size(2) + 1, size.width() - x.size(3) + 1);
        return network.add(new MaxUnpool2d(kernel, Pair.of(1), Pair.of(0), size), arguments.get(0), arguments.get(1));
    }

    /** x, kernel, stride, padding, ceil mode, count_include_pad, divisor_override. */
    private static AvgPool2d averagePool(List<Value> arguments) {
        Value ceil = optional(arguments, 4);
        Value countIncludePad = optional(arguments, 5);
        Value divisor = optional(arguments, 6);
        Pair kernel = pair(arguments.get(1), Pair.of(1));
        Window window = new Window(
                kernel,
                pair(optional(arguments, 2), kernel),
                pair(optional(arguments, 3), Pair.of(0)),
                Pair.of(1),
                given(ceil) && ceil.truth());
        return new AvgPool2d(
                window,
                !given(countIncludePad) || countIncludePad.truth(),
                given(divisor) ? (Integer) divisor.whole() : null);
    }

    /**
     * x, output size, [align_corners,] scale factors, as ATen has them in two forms: the factors as one list, or as two numbers
     * beside the size.
     */
    private static Value upsample(
            ScriptedNetwork network, Upsample.Mode mode, boolean antialias, List<Value> arguments) {
        boolean nearest = mode == Upsample.Mode.NEAREST || mode == Upsample.Mode.NEAREST_EXACT;
        int next = nearest ? 2 : 3;
        boolean alignCorners = !nearest && arguments.get(2).truth();
        Value factors = optional(arguments, next);
        Value second = optional(arguments, next + 1);
        Upsample.@Nullable Scale scale = null;
        if (factors instanceof Value.Sequence list) {
            scale = new Upsample.Scale(
                    list.items().get(0).number(),
                    list.items().get(list.items().size() - 1).number());
        } else if (given(factors) && given(second)) {
            scale = new Upsample.Scale(factors.number(), second.number());
        }
        Pair size = given(arguments.get(1)) ? pair(arguments.get(1), Pair.of(1)) : null;
        if (size != null && scale != null) {
            Shape x = network.activation(arguments.get(0)).shape();
            Pair said =
                    new Pair((int) Math.floor(x.size(2) * scale.height()), (int) Math.floor(x.size(3) * scale.width()));
            size = size.equals(said) ? null : size;
        }
        Upsample layer = Upsample.by(mode, 1);
        layer = alignCorners ? layer.withAlignedCorners() : layer;
        layer = antialias ? layer.withAntialias() : layer;
        layer = new Upsample(layer.interpolation(), layer.coordinates(), size, scale);
        return network.add(layer, arguments.get(0));
    }

    /** x, p, training. What libtorch drew is fed in, where the case tells it. */
    static Value dropout(ScriptedNetwork network, String function, List<Value> arguments) {
        double p = arguments.get(1).number();
        boolean trains = !given(optional(arguments, 2)) || arguments.get(2).truth();
        network.isTraining(trains);
        if (function.equals("torch.feature_dropout")) {
            if (trains) {
                throw new NotBuilt("torch.feature_dropout whose mask is unknown");
            }
            return network.add(new Dropout2d(p), arguments.get(0));
        }
        if (!trains) {
            Value y = network.add(Dropout.of(p), arguments.get(0));
            return function.equals("torch.dropout") ? y : new Value.Sequence(List.of(y, new ScriptedNetwork.Kept()));
        }
        List<String> outputs = network.golden().names("outputs");
        if (!function.equals("torch.native_dropout") || outputs.size() != 2) {
            throw new NotBuilt(function + " whose mask is unknown");
        }
        Value mask = network.output(outputs.get(1));
        return new Value.Sequence(List.of(network.add(new Dropout(p, true), arguments.get(0), mask), mask));
    }
}
