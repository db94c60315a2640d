package io.convoy.engine.kernel;

import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * The same values in row-major order under another shape, {@link io.convoy.engine.layer.Flatten} among others.
 *
 * @param shape the output's
 */
public record Reshaping(Shape shape) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Shape before = inputs.get(0).shape();
        Value y = view(emit, emit.plain(inputs.get(0)), shape);
        return Forward.of(y, (back, gradients, needed) -> {
            Gradient dy = gradients.get(0);
            return needed.get(0)
                    ? List.of(new Gradient(view(back, back.plain(dy.value()), before), dy.exclusive()))
                    : Arrays.asList((Gradient) null);
        });
    }

    private static Value view(Emitter emit, Value plain, Shape shape) {
        return new Value(MemoryLayout.plain(emit.handles(), shape), plain.buffer());
    }
}
