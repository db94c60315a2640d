package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.kernel.onednn.NormalizedExponential;
import io.convoy.engine.layer.LogSoftmax;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.tensor.Shape;
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
        Rows rows = Rows.along(x.shape(), axis);
        JavaOperation.Building call = JavaOperation.of(emit, layer + " forward");
        if (axis == 0) {
            call.whole(x).whole(shares).intoWhole(y);
        } else {
            call.perSample(x).perSample(shares).intoSamples(y);
        }
        call.emit((sample, in, out) -> rows.logarithms(in[0], in[1], out[0]));
        NormalizedExponential gradientOfOutput = NormalizedExponential.of(layer);
        return Forward.of(
                y,
                (back, gradients, needed) -> needed.get(0)
                        ? List.of(new Gradient(gradientOfOutput.backward(back, y, gradients.get(0)), true))
                        : Arrays.asList((Gradient) null));
    }

    /** The rows of a tile: {@code inner} of them lie side by side, {@code length} values long, and that {@code outer} times. */
    private static final class Rows {
        private final int outer;
        private final int length;
        private final int inner;
        private final float[] highest;
        private final float[] logarithm;

        private Rows(int outer, int length, int inner) {
            this.outer = outer;
            this.length = length;
            this.inner = inner;
            this.highest = new float[inner];
            this.logarithm = new float[inner];
        }

        static Rows along(Shape x, int axis) {
            int outer = 1;
            for (int i = 1; i < axis; i++) {
                outer *= x.size(i);
            }
            int inner = 1;
            for (int i = axis + 1; i < x.rank(); i++) {
                inner *= x.size(i);
            }
            return new Rows(outer, x.size(axis), inner);
        }

        void logarithms(float[] x, float[] shares, float[] y) {
            for (int o = 0; o < outer; o++) {
                int from = o * length * inner;
                System.arraycopy(x, from, highest, 0, inner);
                System.arraycopy(shares, from, logarithm, 0, inner);
                for (int j = 1; j < length; j++) {
                    int at = from + j * inner;
                    for (int i = 0; i < inner; i++) {
                        highest[i] = Math.max(highest[i], x[at + i]);
                        logarithm[i] = Math.max(logarithm[i], shares[at + i]);
                    }
                }
                for (int i = 0; i < inner; i++) {
                    logarithm[i] = (float) Math.log(logarithm[i]);
                }
                for (int j = 0; j < length; j++) {
                    int at = from + j * inner;
                    for (int i = 0; i < inner; i++) {
                        y[at + i] = x[at + i] - highest[i] + logarithm[i];
                    }
                }
            }
        }
    }
}
