package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.Interpolating;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Upsample;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * A linear map of each plane that is one map of its rows and one of its columns, Y = A X Bᵀ: {@link Upsample}, and those means
 * over windows that oneDNN lacks. Its gradient is the transposed map, dX = Aᵀ dY B.
 *
 * @param layer whose
 */
public record Resampling(Upsample layer) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Shape x = inputs.get(0).shape();
        Shape y = layer.outputs(List.of(x)).get(0);
        return apply(emit, layer, inputs.get(0), taps(x, y, 2), taps(x, y, 3));
    }

    private Taps taps(Shape x, Shape y, int axis) {
        Interpolating interpolating = layer.along(axis, x, y);
        Taps.Builder taps = new Taps.Builder(x.size(axis), y.size(axis));
        for (int p = 0; p < y.size(axis); p++) {
            interpolating.read(p, taps::tap);
            if (interpolating.shares()) {
                taps.endPositionOfShares();
            } else {
                taps.endPosition();
            }
        }
        return taps.build();
    }

    /** The map with the taps of A, {@code rows}, and of B, {@code columns}. */
    static Forward apply(Emitter emit, Layer layer, Value x, Taps rows, Taps columns) {
        Shape shape = x.shape();
        Value y = emit.value(
                MemoryLayout.plain(emit.handles(), Shape.of(shape.size(0), shape.size(1), rows.out(), columns.out())));
        emit(emit, layer + " forward", x, y, rows, columns);
        return Forward.of(y, (back, gradients, needed) -> {
            if (!needed.get(0)) {
                return Arrays.asList((Gradient) null);
            }
            Value dx = back.value(MemoryLayout.plain(back.handles(), shape));
            emit(back, layer + " backward", gradients.get(0).value(), dx, rows.transposed(), columns.transposed());
            return List.of(new Gradient(dx, true));
        });
    }

    private static void emit(Emitter emit, String what, Value from, Value to, Taps rows, Taps columns) {
        int planes = from.shape().size(0) * from.shape().size(1);
        int source = rows.in() * columns.in();
        int target = rows.out() * columns.out();
        int group = Tiling.units(planes, Math.max(source, target));
        // Columns are the slower part: they are mapped where there are fewer rows.
        boolean columnsFirst = rows.in() < rows.out();
        float[] between = new float[columnsFirst ? rows.in() * columns.out() : rows.out() * columns.in()];
        JavaOperation.of(emit, what)
                .perSample(from)
                .intoSamples(to)
                .tiles(planes / group)
                .emit((tile, in, out) -> {
                    for (int plane = 0; plane < group; plane++) {
                        if (columnsFirst) {
                            columns.along(in[0], plane * source, between, 0, rows.in());
                            rows.down(between, 0, out[0], plane * target, columns.out());
                        } else {
                            rows.down(in[0], plane * source, between, 0, columns.in());
                            columns.along(between, 0, out[0], plane * target, rows.out());
                        }
                    }
                });
    }
}
