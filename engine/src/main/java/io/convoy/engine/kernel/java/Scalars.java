package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a parameter for each sample, and sums its gradient over them.
 *
 * @param output [N, count]
 */
public record Scalars(Shape output) implements Kernel {
    private static final String PARAMETER = "value";

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = inputs.get(0);
        Value y = emit.value(MemoryLayout.plain(emit.handles(), output));
        JavaOperation.of(emit, "scalars forward")
                .whole(emit.parameter(PARAMETER))
                .intoSamples(y)
                .emit((sample, in, out) -> System.arraycopy(in[0], 0, out[0], 0, out[0].length));
        return Forward.of(y, (back, gradients, needed) -> backward(back, x, gradients.get(0), needed.get(0)));
    }

    private static List<@Nullable Gradient> backward(Emitter emit, Value x, Gradient gradient, boolean needed) {
        JavaOperation.of(emit, "scalars backward")
                .perSample(gradient.value())
                .intoWhole(emit.parameterGradient(PARAMETER))
                .emit((sample, in, out) -> {
                    for (int k = 0; k < out[0].length; k++) {
                        out[0][k] += in[0][k];
                    }
                });
        emit.parameterGradientDone(PARAMETER);
        if (!needed) {
            return Collections.singletonList(null);
        }
        Value dx = emit.value(MemoryLayout.plain(emit.handles(), x.shape()));
        JavaOperation.of(emit, "scalars backward to the input")
                .intoSamples(dx)
                .emit((sample, in, out) -> Arrays.fill(out[0], 0));
        return List.of(new Gradient(dx, true));
    }
}
