package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.Permute;
import java.util.Arrays;
import java.util.List;

/**
 * {@link Permute}: one copy, into row-major order, since other kernels like that better than odd strides.
 *
 * @param layer its configuration
 */
public record Permutation(Permute layer) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        int[] axes = layer.dims().stream().mapToInt(Integer::intValue).toArray();
        int[] back = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            back[axes[i]] = i;
        }
        return Forward.of(
                permuted(emit, inputs.get(0), axes),
                (emitBack, gradients, needed) -> needed.get(0)
                        ? List.of(
                                new Gradient(permuted(emitBack, gradients.get(0).value(), back), true))
                        : Arrays.asList((Gradient) null));
    }

    private static Value permuted(Emitter emit, Value x, int[] axes) {
        Value plain = emit.plain(x);
        Value seen = new Value(MemoryLayout.permuted(emit.handles(), x.shape(), axes), plain.buffer());
        Value y = emit.value(MemoryLayout.plain(emit.handles(), seen.shape()));
        Reorder.emit(emit, seen, y);
        return y;
    }
}
