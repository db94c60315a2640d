package io.convoy.engine.golden;

import static io.convoy.engine.golden.ScriptedNetwork.given;
import static io.convoy.engine.golden.ScriptedNetwork.optional;

import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.Permute;
import io.convoy.engine.layer.Reduce;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Products of matrices, dimensions in another order, and reductions in scripts. */
final class ScriptedTensors {
    private ScriptedTensors() {}

    static Value call(ScriptedNetwork network, String function, List<Value> arguments) {
        Value x = arguments.get(0);
        int rank = network.activation(x).shape().rank();
        return switch (function.substring(function.indexOf('.') + 1)) {
            case "matmul", "bmm" -> {
                if (rank != network.activation(arguments.get(1)).shape().rank()) {
                    throw new NotBuilt(function + " of two ranks");
                }
                yield network.add(MatMul.of(), x, arguments.get(1));
            }
            case "permute" -> network.add(permute(arguments, rank), x);
            case "transpose" -> network.add(transpose(arguments, rank), x);
            case "mean" -> network.add(reduce(Reduce.By.MEAN, function, arguments, rank), x);
            case "sum" -> network.add(reduce(Reduce.By.SUM, function, arguments, rank), x);
            case "amax" -> network.add(reduce(Reduce.By.MAX, function, arguments, rank), x);
            case "max" ->
                new Value.Sequence(List.of(
                        network.add(reduce(Reduce.By.MAX, function, arguments, rank), x), new ScriptedNetwork.Kept()));
            default -> throw new NotBuilt(function);
        };
    }

    /** x, dimensions as a list or one by one. */
    private static Permute permute(List<Value> arguments, int rank) {
        List<Value> dims =
                arguments.get(1) instanceof Value.Sequence list ? list.items() : arguments.subList(1, arguments.size());
        return new Permute(dims.stream().map(dim -> axis(dim, rank)).toList());
    }

    private static Permute transpose(List<Value> arguments, int rank) {
        List<Integer> dims = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.swap(dims, axis(arguments.get(1), rank), axis(arguments.get(2), rank));
        return new Permute(dims);
    }

    /** x, one or more dimensions, whether they stay. */
    private static Reduce reduce(Reduce.By by, String function, List<Value> arguments, int rank) {
        Value of = optional(arguments, 1);
        if (!given(of)) {
            throw new NotBuilt(function + " of everything");
        }
        List<Value> named = of instanceof Value.Sequence list ? list.items() : List.of(of);
        List<Integer> dims = named.stream().map(dim -> axis(dim, rank)).sorted().toList();
        if (dims.isEmpty() || dims.contains(0)) {
            throw new NotBuilt(function + " over the batch");
        }
        Value stay = optional(arguments, 2);
        return new Reduce(by, dims, given(stay) && stay.truth());
    }

    private static int axis(Value value, int rank) {
        return Math.floorMod(value.whole(), rank);
    }
}
