package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.kernel.onednn.NormalizedExponential;
import io.convoy.engine.layer.LogSoftmax;
import io.convoy.engine.layer.Softmax;
import java.util.Arrays;
import java.util.List;

/**
 * {@link LogSoftmax}. oneDNN's own is off by up to 3.4e-6, since its logarithm is; here it gives the shares, and the logarithm
 * of the largest one, which is −ln Σ exp(x − max x), is taken once a row: y = x − max x + ln max share.
 *
 * @param layer its configuration
 */
public record LogShares(LogSoftmax layer) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = emit.plain(inputs.get(0));
        Value shares = NormalizedExponential.of(new Softmax(layer.dim()))
                .forward(emit, List.of(x))
                .outputs()
                .get(0);
        Value y = emit.value(MemoryLayout.plain(emit.handles(), x.shape()));
        int axis = Math.floorMod(layer.dim(), x.shape().rank());
        int length = x.shape().size(axis);
        if (axis == x.shape().rank() - 1) {
            int rows = Math.toIntExact(x.shape().count() / Math.max(1, length));
            JavaOperation.of(emit, layer + " forward")
                    .perSample(x)
                    .perSample(shares)
                    .intoSamples(y)
                    .tiles(rows / Tiling.units(rows, length))
                    .emit((tile, in, out) -> alongRows(in[0], in[1], length, out[0]));
        } else {
            int neighbours = Math.toIntExact(x.shape().count() / Math.max(1, length));
            float[] highest = new float[neighbours];
            float[] logarithm = new float[neighbours];
            ColumnOperation.emit(
                    emit,
                    layer + " forward",
                    axis,
                    List.of(x, shares),
                    y,
                    (in, width, out) -> downColumns(in[0], in[1], width, out, highest, logarithm));
        }
        NormalizedExponential gradientOfOutput = NormalizedExponential.of(layer);
        return Forward.of(
                y,
                (back, gradients, needed) -> needed.get(0)
                        ? List.of(new Gradient(gradientOfOutput.backward(back, y, gradients.get(0)), true))
                        : Arrays.asList((Gradient) null));
    }

    private static void alongRows(float[] x, float[] shares, int length, float[] y) {
        for (int begin = 0; begin < x.length; begin += length) {
            float highest = greatest(x, begin, length);
            float logarithm = (float) Math.log(greatest(shares, begin, length));
            for (int i = begin; i < begin + length; i++) {
                y[i] = x[i] - highest + logarithm;
            }
        }
    }

    /** The greatest value, or NaN. A new one is rare, so the branch is cheaper than a chain of maxima. */
    private static float greatest(float[] values, int begin, int length) {
        float most = Float.NEGATIVE_INFINITY;
        for (int i = begin; i < begin + length; i++) {
            if (!(values[i] <= most)) {
                most = Math.max(most, values[i]);
            }
        }
        return most;
    }

    private static void downColumns(
            float[][] x, float[][] shares, int width, float[][] y, float[] highest, float[] logarithm) {
        System.arraycopy(x[0], 0, highest, 0, width);
        System.arraycopy(shares[0], 0, logarithm, 0, width);
        for (int j = 1; j < x.length; j++) {
            raise(highest, x[j], width);
            raise(logarithm, shares[j], width);
        }
        for (int i = 0; i < width; i++) {
            logarithm[i] = (float) Math.log(logarithm[i]);
        }
        for (int j = 0; j < x.length; j++) {
            shift(x[j], highest, logarithm, y[j], width);
        }
    }

    private static void raise(float[] most, float[] values, int width) {
        for (int i = 0; i < width; i++) {
            most[i] = Math.max(most[i], values[i]);
        }
    }

    private static void shift(float[] x, float[] down, float[] up, float[] y, int width) {
        for (int i = 0; i < width; i++) {
            y[i] = x[i] - down[i] + up[i];
        }
    }
}
