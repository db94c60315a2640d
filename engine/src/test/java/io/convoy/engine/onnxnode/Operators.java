package io.convoy.engine.onnxnode;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The ONNX operators that are known, by name. */
final class Operators {
    private static final Map<String, Operator> TABLE = table();

    /** Operators that we have no row for. */
    private static final Set<String> FOREIGN = Set.of("ArgMax", "Clip", "OneHot", "Softsign", "ThresholdedRelu");

    private Operators() {}

    private static Map<String, Operator> table() {
        Map<String, Operator> table = new HashMap<>();
        table.putAll(Convolutions.TABLE);
        table.putAll(Pools.TABLE);
        table.putAll(Resampling.TABLE);
        table.putAll(Normalizations.TABLE);
        table.putAll(Activations.TABLE);
        table.putAll(Structures.TABLE);
        table.putAll(LossOperators.TABLE);
        table.putAll(Optimizers.TABLE);
        return table;
    }

    static Operator named(String name) {
        Operator operator = TABLE.get(name);
        if (operator == null) {
            throw FOREIGN.contains(name)
                    ? new Skipped("no layer, loss or rule of ours is ONNX's " + name)
                    : Skipped.notBuilt(name);
        }
        return operator;
    }
}
