package io.convoy.engine.golden;

import io.convoy.engine.golden.ScriptedNetwork.Activation;
import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.PixelShuffle;
import io.convoy.engine.layer.PixelUnshuffle;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.layer.Split;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What moves or joins tensors in a {@link ScriptedNetwork}. */
final class ScriptedStructure {
    private ScriptedStructure() {}

    static Value call(ScriptedNetwork network, String function, List<Value> arguments, Map<String, Value> named) {
        return switch (function.substring(function.lastIndexOf('.') + 1)) {
            case "operator *", "mul" -> product(network, arguments);
            case "cat" -> {
                Value[] parts = arguments.get(0).items().toArray(Value[]::new);
                yield network.add(new Concat(parts.length, whole(arguments, 1, 0)), parts);
            }
            case "split", "split_with_sizes" -> split(network, arguments);
            case "chunk" -> chunk(network, arguments);
            case "slice" -> slice(network, arguments);
            case "channel_shuffle" ->
                network.add(new ChannelShuffle(arguments.get(1).whole()), arguments.get(0));
            case "pixel_shuffle" ->
                network.add(new PixelShuffle(arguments.get(1).whole()), arguments.get(0));
            case "pixel_unshuffle" ->
                network.add(new PixelUnshuffle(arguments.get(1).whole()), arguments.get(0));
            case "constant_pad_nd" -> pad(network, arguments, Pad.Mode.CONSTANT, number(arguments, 2));
            case "reflection_pad1d", "reflection_pad2d" -> pad(network, arguments, Pad.Mode.REFLECT, 0);
            case "replication_pad1d", "replication_pad2d" -> pad(network, arguments, Pad.Mode.REPLICATE, 0);
            case "pad" -> namedPad(network, arguments, named);
            default -> throw new NotBuilt(function);
        };
    }

    private static int whole(List<Value> arguments, int index, int otherwise) {
        Value value = ScriptedNetwork.optional(arguments, index);
        return ScriptedNetwork.given(value) ? value.whole() : otherwise;
    }

    private static double number(List<Value> arguments, int index) {
        Value value = ScriptedNetwork.optional(arguments, index);
        return ScriptedNetwork.given(value) ? value.number() : 0;
    }

    private static Value product(ScriptedNetwork network, List<Value> arguments) {
        if (arguments.stream().anyMatch(Value::isNumber)) {
            throw new NotBuilt("product of a tensor and a number");
        }
        return network.add(new Multiply(), arguments.get(0), arguments.get(1));
    }

    /** x, size or sizes, dim. */
    private static Value split(ScriptedNetwork network, List<Value> arguments) {
        int dim = whole(arguments, 2, 0);
        List<Integer> sizes = new ArrayList<>();
        if (arguments.get(1) instanceof Value.Sequence sequence) {
            sequence.items().forEach(size -> sizes.add(size.whole()));
        } else {
            Shape x = network.activation(arguments.get(0)).shape();
            addSizes(
                    sizes,
                    x.size(Math.floorMod(dim, x.rank())),
                    arguments.get(1).whole());
        }
        return new Value.Sequence(network.addAll(new Split(sizes, dim), arguments.get(0)));
    }

    /** x, number of parts, dim. */
    private static Value chunk(ScriptedNetwork network, List<Value> arguments) {
        int dim = whole(arguments, 2, 0);
        Shape x = network.activation(arguments.get(0)).shape();
        int length = x.size(Math.floorMod(dim, x.rank()));
        int parts = arguments.get(1).whole();
        List<Integer> sizes = new ArrayList<>();
        addSizes(sizes, length, (length + parts - 1) / parts);
        return new Value.Sequence(network.addAll(new Split(sizes, dim), arguments.get(0)));
    }

    private static void addSizes(List<Integer> sizes, int length, int size) {
        for (int left = length; left > 0; left -= size) {
            sizes.add(Math.min(left, size));
        }
    }

    /** x, dim, start, end, step. */
    private static Value slice(ScriptedNetwork network, List<Value> arguments) {
        Value end = ScriptedNetwork.optional(arguments, 3);
        int to = end instanceof Value.Whole whole ? (int) Math.min(whole.value(), Slice.END) : Slice.END;
        return network.add(
                new Slice(whole(arguments, 1, 0), whole(arguments, 2, 0), to, whole(arguments, 4, 1)),
                arguments.get(0));
    }

    private static Value pad(ScriptedNetwork network, List<Value> arguments, Pad.Mode mode, double value) {
        List<Integer> amounts =
                arguments.get(1).items().stream().map(Value::whole).toList();
        return network.add(new Pad(amounts, mode, value), arguments.get(0));
    }

    /** x, amounts, mode, value. */
    private static Value namedPad(ScriptedNetwork network, List<Value> arguments, Map<String, Value> named) {
        Value mode = named.getOrDefault("mode", ScriptedNetwork.optional(arguments, 2));
        Value value = named.getOrDefault("value", ScriptedNetwork.optional(arguments, 3));
        String name = mode instanceof Value.Text text ? text.value() : "constant";
        return switch (name) {
            case "constant" ->
                pad(network, arguments, Pad.Mode.CONSTANT, ScriptedNetwork.given(value) ? value.number() : 0);
            case "reflect" -> pad(network, arguments, Pad.Mode.REFLECT, 0);
            case "replicate" -> pad(network, arguments, Pad.Mode.REPLICATE, 0);
            default -> throw new NotBuilt("torch.pad with " + name);
        };
    }

    /** To [N, sizes…]. */
    static Value view(ScriptedNetwork network, Activation x, List<Integer> sizes) {
        int batch = x.shape().size(0);
        long known = 1;
        for (int size : sizes.subList(1, sizes.size())) {
            known *= size;
        }
        boolean batchStays = sizes.get(0) == batch
                || (sizes.get(0) == -1 && known > 0 && x.shape().count() == known * batch);
        if (!batchStays) {
            throw new NotBuilt("view of other than all but the batch");
        }
        return network.add(new Reshape(sizes.subList(1, sizes.size())), x);
    }
}
