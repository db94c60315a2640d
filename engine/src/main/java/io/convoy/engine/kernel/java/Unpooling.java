package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.KernelException;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.MaxUnpool2d;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * {@link MaxUnpool2d}.
 *
 * @param layer its configuration
 */
public record Unpooling(MaxUnpool2d layer) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Shape x = inputs.get(0).shape();
        Value places = inputs.get(1);
        Value y = emit.value(MemoryLayout.plain(
                emit.handles(), layer.outputs(List.of(x, places.shape())).get(0)));
        int planes = x.size(0) * x.size(1);
        int source = x.size(2) * x.size(3);
        int target = y.shape().size(2) * y.shape().size(3);
        int tiles = planes / Tiling.units(planes, Math.max(source, target));
        JavaOperation.of(emit, layer + " forward")
                .perSample(inputs.get(0))
                .perSample(places)
                .intoSamples(y)
                .tiles(tiles)
                .emit((tile, in, out) -> put(in[0], in[1], source, out[0], target));
        return Forward.of(y, (back, gradients, needed) -> {
            if (!needed.get(0)) {
                return Arrays.asList(null, null);
            }
            Value dx = back.value(MemoryLayout.plain(back.handles(), x));
            JavaOperation.of(back, layer + " backward")
                    .perSample(gradients.get(0).value())
                    .perSample(places)
                    .intoSamples(dx)
                    .tiles(tiles)
                    .emit((tile, in, out) -> take(in[0], target, in[1], out[0], source));
            return Arrays.asList(new Gradient(dx, true), null);
        });
    }

    private void put(float[] x, float[] places, int plane, float[] y, int yPlane) {
        Arrays.fill(y, 0);
        for (int begin = 0, to = 0; begin < x.length; begin += plane, to += yPlane) {
            for (int i = begin; i < begin + plane; i++) {
                y[to + place(places[i], yPlane)] = x[i];
            }
        }
    }

    private void take(float[] dy, int yPlane, float[] places, float[] dx, int plane) {
        for (int begin = 0, from = 0; begin < dx.length; begin += plane, from += yPlane) {
            for (int i = begin; i < begin + plane; i++) {
                dx[i] = dy[from + place(places[i], yPlane)];
            }
        }
    }

    private int place(float index, int plane) {
        int place = (int) index;
        if (place != index || place < 0 || place >= plane) {
            throw new KernelException(layer + " expects whole indices from 0 to " + (plane - 1) + ", but one is "
                    + index + ". Maybe they come from a pool of larger feature maps.");
        }
        return place;
    }
}
