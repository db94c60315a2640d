package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.PixelShuffle;
import io.convoy.engine.layer.PixelUnshuffle;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * {@link ChannelShuffle}, {@link PixelShuffle} and {@link PixelUnshuffle}: the input, row-major, seen with dimensions taken
 * apart, and copied with those in another order.
 *
 * @param seen the input's dimensions, taken apart
 * @param axes which of them is the output's i-th
 * @param output the output's shape, with dimensions put together again
 */
public record Rearrangement(Shape seen, List<Integer> axes, Shape output) implements Kernel {
    public Rearrangement {
        axes = List.copyOf(axes);
    }

    public static Rearrangement of(ChannelShuffle layer, Shape output) {
        int channels = output.size(1);
        int pixels = Math.toIntExact(output.count() / output.size(0) / channels);
        Shape seen = Shape.of(output.size(0), layer.groups(), channels / layer.groups(), pixels);
        return new Rearrangement(seen, List.of(0, 2, 1, 3), output);
    }

    public static Rearrangement of(PixelShuffle layer, Shape output) {
        int factor = layer.upscaleFactor();
        Shape seen = Shape.of(
                output.size(0), output.size(1), factor, factor, output.size(2) / factor, output.size(3) / factor);
        return new Rearrangement(seen, List.of(0, 1, 4, 2, 5, 3), output);
    }

    public static Rearrangement of(PixelUnshuffle layer, Shape output) {
        int factor = layer.downscaleFactor();
        Shape seen = Shape.of(
                output.size(0), output.size(1) / factor / factor, output.size(2), factor, output.size(3), factor);
        return new Rearrangement(seen, List.of(0, 1, 3, 5, 2, 4), output);
    }

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Shape before = inputs.get(0).shape();
        int[] there = axes.stream().mapToInt(Integer::intValue).toArray();
        int[] back = new int[there.length];
        int[] between = new int[there.length];
        for (int i = 0; i < there.length; i++) {
            back[there[i]] = i;
            between[i] = seen.size(there[i]);
        }
        return Forward.of(
                rearranged(emit, inputs.get(0), seen, there, output),
                (emitBack, gradients, needed) -> needed.get(0)
                        ? List.of(new Gradient(
                                rearranged(emitBack, gradients.get(0).value(), Shape.of(between), back, before), true))
                        : Arrays.asList((Gradient) null));
    }

    private static Value rearranged(Emitter emit, Value x, Shape seen, int[] axes, Shape result) {
        MemoryLayout from = MemoryLayout.permuted(emit.handles(), seen, axes);
        Value y = emit.value(MemoryLayout.plain(emit.handles(), result));
        MemoryLayout to = MemoryLayout.plain(emit.handles(), from.shape());
        Reorder.emit(emit, new Value(from, emit.plain(x).buffer()), new Value(to, y.buffer()));
        return y;
    }
}
