package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.Value;
import java.util.Arrays;
import java.util.List;

/** {@link io.convoy.engine.layer.Add} of tensors of one shape, and the sums that the compiler itself needs. */
public record Addition() implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value sum = emit.value(inputs.get(0).layout());
        add(emit, inputs.get(0), inputs.get(1), sum);
        return Forward.of(sum, (back, gradients, needed) -> {
            // Both inputs get the same memory, so neither may overwrite it, unless only one of them wants it.
            boolean exclusive = gradients.get(0).exclusive() && !(needed.get(0) && needed.get(1));
            Gradient gradient = new Gradient(gradients.get(0).value(), exclusive);
            return Arrays.asList(needed.get(0) ? gradient : null, needed.get(1) ? gradient : null);
        });
    }

    /** Overwrites {@code sum}, which lies like {@code a} and may be {@code a}, with a + b. */
    public static void add(Emitter emit, Value a, Value b, Value sum) {
        Binary.add(emit, a, b, sum);
    }
}
