package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Window;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * {@link MaxPool2d} where oneDNN has none that is fast: with dilation, or telling indices. Channels lie side by
 * side, all of them or in blocks of 16, so that the inner loops run along them.
 *
 * @param layer its configuration
 */
public record MaxPooling(MaxPool2d layer) implements Kernel {
    private static final int BLOCK = MemoryLayout.BLOCK;

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Shape x = inputs.get(0).shape();
        Shape y = layer.outputs(List.of(x)).get(0);
        Window window = layer.window();
        Taps rows = Taps.window(
                x.size(2),
                y.size(2),
                window.kernel().height(),
                window.stride().height(),
                window.padding().height(),
                window.dilation().height());
        Taps columns = Taps.window(
                x.size(3),
                y.size(3),
                window.kernel().width(),
                window.stride().width(),
                window.padding().width(),
                window.dilation().width());
        return apply(emit, layer, inputs.get(0), rows, columns, layer.returnIndices());
    }

    /** The maxima over windows that are given by the taps of their rows and columns. */
    static Forward apply(Emitter emit, Layer layer, Value input, Taps rows, Taps columns, boolean returnIndices) {
        Shape shape = input.shape();
        Value x = emit.in(layout(emit, input), input);
        int lanes = x.layout().matches(MemoryLayout.innermost(emit.handles(), shape, 1)) ? shape.size(1) : BLOCK;
        Shape pooled = Shape.of(shape.size(0), shape.size(1), rows.out(), columns.out());
        MemoryLayout result = lanes == BLOCK
                ? MemoryLayout.blocked(emit.handles(), pooled)
                : MemoryLayout.innermost(emit.handles(), pooled, 1);
        Value y = emit.value(result);
        boolean places = returnIndices || emit.backward();
        Value place = emit.value(result);
        int tiles = shape.size(0) * shape.size(1) / lanes;
        Maxima maxima = new Maxima(rows, columns, lanes, places);
        JavaOperation.Building call = JavaOperation.of(emit, layer + " forward")
                .perSampleAsItLies(x)
                .intoSamples(y)
                .tiles(tiles);
        if (places) {
            call.intoSamples(place).emit((tile, in, out) -> maxima.run(in[0], out[0], out[1]));
        } else {
            call.emit((tile, in, out) -> maxima.run(in[0], out[0], in[0]));
        }
        return new Forward(
                returnIndices ? List.of(y, place) : List.of(y),
                (back, gradients, needed) -> needed.get(0)
                        ? List.of(backward(back, layer, gradients.get(0).value(), place, x.layout(), tiles, lanes))
                        : Arrays.asList((Gradient) null));
    }

    /** The input's own if its channels lie side by side, by the block or all of them. */
    private static MemoryLayout layout(Emitter emit, Value x) {
        MemoryLayout rows = MemoryLayout.innermost(emit.handles(), x.shape(), 1);
        return x.shape().size(1) % BLOCK == 0 && !x.layout().matches(rows)
                ? MemoryLayout.blocked(emit.handles(), x.shape())
                : rows;
    }

    private static Gradient backward(
            Emitter emit, Layer layer, Value dy, Value place, MemoryLayout layout, int tiles, int lanes) {
        Value dx = emit.value(layout);
        JavaOperation.of(emit, layer + " backward")
                .perSampleAsItLies(emit.in(place.layout(), dy))
                .perSampleAsItLies(place)
                .intoSamples(dx)
                .tiles(tiles)
                .emit((tile, in, out) -> scatter(in[0], in[1], lanes, out[0]));
        return new Gradient(dx, true);
    }

    /** Overwrites {@code into} with the sums of the values that belong to each place. */
    private static void scatter(float[] values, float[] places, int lanes, float[] into) {
        Arrays.fill(into, 0);
        for (int begin = 0; begin < values.length; begin += lanes) {
            for (int lane = 0; lane < lanes; lane++) {
                int place = (int) places[begin + lane];
                if (place >= 0) {
                    into[place * lanes + lane] += values[begin + lane];
                }
            }
        }
    }
}
