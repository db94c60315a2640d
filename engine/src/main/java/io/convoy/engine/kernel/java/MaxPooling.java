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
 * {@link MaxPool2d} where oneDNN has none that is fast: with dilation, or telling indices. The maximum along rows is found
 * first and then that down the columns, so a k × k window costs 2k comparisons, and fewer where windows overlap.
 *
 * @param layer its configuration
 */
public record MaxPooling(MaxPool2d layer) implements Kernel {
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
    static Forward apply(Emitter emit, Layer layer, Value x, Taps rows, Taps columns, boolean returnIndices) {
        Shape shape = x.shape();
        MemoryLayout plain =
                MemoryLayout.plain(emit.handles(), Shape.of(shape.size(0), shape.size(1), rows.out(), columns.out()));
        Value y = emit.value(plain);
        Value place = emit.value(plain);
        int planes = shape.size(0) * shape.size(1);
        int source = rows.in() * columns.in();
        int target = rows.out() * columns.out();
        int group = Tiling.units(planes, Math.max(source, target));
        float[] between = new float[rows.in() * columns.out()];
        int[] chosen = new int[between.length];
        Taps.Scratch scratch = new Taps.Scratch(columns.out());
        JavaOperation.of(emit, layer + " forward")
                .perSample(x)
                .intoSamples(y)
                .intoSamples(place)
                .tiles(planes / group)
                .emit((tile, in, out) -> {
                    for (int plane = 0; plane < group; plane++) {
                        columns.maximaAlong(in[0], plane * source, between, chosen, rows.in());
                        rows.maximaDown(
                                between,
                                chosen,
                                columns.in(),
                                out[0],
                                plane * target,
                                out[1],
                                plane * target,
                                columns.out(),
                                scratch);
                    }
                });
        return new Forward(
                returnIndices ? List.of(y, place) : List.of(y),
                (back, gradients, needed) -> needed.get(0)
                        ? List.of(backward(
                                back, layer, gradients.get(0).value(), place, shape, planes / group, source, target))
                        : Arrays.asList((Gradient) null));
    }

    private static Gradient backward(
            Emitter emit, Layer layer, Value dy, Value place, Shape shape, int tiles, int source, int target) {
        Value dx = emit.value(MemoryLayout.plain(emit.handles(), shape));
        JavaOperation.of(emit, layer + " backward")
                .perSample(dy)
                .perSample(place)
                .intoSamples(dx)
                .tiles(tiles)
                .emit((tile, in, out) -> scatter(in[0], in[1], target, out[0], source));
        return new Gradient(dx, true);
    }

    /** Overwrites the planes of {@code into} with the sums of the values that belong to each place. */
    private static void scatter(float[] values, float[] places, int plane, float[] into, int intoPlane) {
        Arrays.fill(into, 0);
        for (int begin = 0, to = 0; begin < values.length; begin += plane, to += intoPlane) {
            for (int i = begin; i < begin + plane; i++) {
                int place = (int) places[i];
                if (place >= 0) {
                    into[to + place] += values[i];
                }
            }
        }
    }
}
