package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link Reduce}; oneDNN's reduction is a slow reference.
 *
 * @param layer its configuration
 * @param output the shape of the result
 */
public record Reduction(Reduce layer, Shape output) implements Kernel {
    /** Rows that are added at once, so that a column's sum is short and is loaded and stored seldom. */
    private static final int ROWS = 8;

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = inputs.get(0);
        Rows rows = Rows.of(x.shape(), layer);
        Value y = emit.value(MemoryLayout.plain(emit.handles(), output));
        JavaOperation.of(emit, layer + " forward")
                .perSample(x)
                .intoSamples(y)
                .emit((sample, in, out) -> reduce(rows, in[0], out[0]));
        return Forward.of(y, (back, gradients, needed) -> backward(back, rows, x, y, gradients.get(0), needed.get(0)));
    }

    private List<@Nullable Gradient> backward(
            Emitter emit, Rows rows, Value x, Value y, Gradient gradient, boolean needed) {
        if (!needed) {
            return Arrays.asList((Gradient) null);
        }
        Value dx = emit.value(MemoryLayout.plain(emit.handles(), x.shape()));
        JavaOperation.Building call =
                JavaOperation.of(emit, layer + " backward").perSample(gradient.value());
        if (layer.by() == Reduce.By.MAX) {
            call.perSample(x)
                    .perSample(y)
                    .intoSamples(dx)
                    .emit((sample, in, out) -> rows.giveToGreatest(in[0], in[1], in[2], out[0]));
        } else {
            float scale = layer.by() == Reduce.By.MEAN ? rows.share : 1;
            call.intoSamples(dx).emit((sample, in, out) -> rows.spread(in[0], scale, out[0]));
        }
        return List.of(new Gradient(dx, true));
    }

    private void reduce(Rows rows, float[] x, float[] y) {
        if (layer.by() == Reduce.By.MAX) {
            rows.greatest(x, y);
            return;
        }
        rows.sum(x, y);
        if (layer.by() == Reduce.By.MEAN) {
            for (int i = 0; i < y.length; i++) {
                y[i] *= rows.share;
            }
        }
    }

    /** A sample as rows: its last dimensions that all stay or all vanish are one, and each row of it goes to one place. */
    private static final class Rows {
        private final int length;

        /** Whether a row stays a row, or becomes one value. */
        private final boolean kept;

        /** How many rows, one behind the other, go to one place. */
        private final int together;

        /** Where in the output each row goes. */
        private final int[] target;

        /** One over the number of values that become one. */
        private final float share;

        private Rows(int length, boolean kept, int together, int[] target, float share) {
            this.length = length;
            this.kept = kept;
            this.together = together;
            this.target = target;
            this.share = share;
        }

        static Rows of(Shape x, Reduce layer) {
            int last = x.rank() - 1;
            boolean kept = !layer.dims().contains(last);
            int inner = last + 1;
            int length = 1;
            while (inner > 1 && layer.dims().contains(inner - 1) != kept) {
                length *= x.size(--inner);
            }
            int together = 1;
            int count = 1;
            for (int axis = inner - 1; axis >= 1; axis--) {
                count *= x.size(axis);
                together *= together * x.size(axis) == count && layer.dims().contains(axis) ? x.size(axis) : 1;
            }
            int[] target = new int[count];
            for (int row = 0; row < count; row++) {
                int rest = row;
                int stride = kept ? length : 1;
                for (int axis = inner - 1; axis >= 1; axis--) {
                    if (!layer.dims().contains(axis)) {
                        target[row] += rest % x.size(axis) * stride;
                        stride *= x.size(axis);
                    }
                    rest /= x.size(axis);
                }
            }
            long vanishing = 1;
            for (int axis : layer.dims()) {
                vanishing *= x.size(axis);
            }
            return new Rows(length, kept, together, target, 1f / vanishing);
        }

        void sum(float[] x, float[] y) {
            Arrays.fill(y, 0);
            for (int row = 0; row < target.length; ) {
                int from = row * length;
                if (!kept) {
                    y[target[row++]] += total(x, from, length);
                } else if (row % together + ROWS <= together) {
                    addRows(x, from, y, target[row]);
                    row += ROWS;
                } else {
                    int to = target[row++];
                    for (int i = 0; i < length; i++) {
                        y[to + i] += x[from + i];
                    }
                }
            }
        }

        private void addRows(float[] x, int from, float[] y, int to) {
            int n = length;
            for (int i = 0; i < n; i++) {
                int at = from + i;
                float first = (x[at] + x[at + n]) + (x[at + 2 * n] + x[at + 3 * n]);
                float second = (x[at + 4 * n] + x[at + 5 * n]) + (x[at + 6 * n] + x[at + 7 * n]);
                y[to + i] += first + second;
            }
        }

        /** Eight sums at once: none waits for the one before. */
        private static float total(float[] x, int from, int length) {
            float a = 0;
            float b = 0;
            float c = 0;
            float d = 0;
            float e = 0;
            float f = 0;
            float g = 0;
            float h = 0;
            int i = from;
            for (int end = from + length - length % 8; i < end; i += 8) {
                a += x[i];
                b += x[i + 1];
                c += x[i + 2];
                d += x[i + 3];
                e += x[i + 4];
                f += x[i + 5];
                g += x[i + 6];
                h += x[i + 7];
            }
            for (; i < from + length; i++) {
                a += x[i];
            }
            return ((a + b) + (c + d)) + ((e + f) + (g + h));
        }

        void greatest(float[] x, float[] y) {
            Arrays.fill(y, Float.NEGATIVE_INFINITY);
            for (int row = 0; row < target.length; row++) {
                int from = row * length;
                int to = target[row];
                if (kept) {
                    for (int i = 0; i < length; i++) {
                        y[to + i] = Math.max(y[to + i], x[from + i]);
                    }
                } else {
                    float greatest = y[to];
                    for (int i = 0; i < length; i++) {
                        greatest = Math.max(greatest, x[from + i]);
                    }
                    y[to] = greatest;
                }
            }
        }

        /** The gradient of sums: every value gets its sum's. */
        void spread(float[] dy, float scale, float[] dx) {
            for (int row = 0; row < target.length; row++) {
                int from = row * length;
                int to = target[row];
                if (kept) {
                    for (int i = 0; i < length; i++) {
                        dx[from + i] = scale * dy[to + i];
                    }
                } else {
                    Arrays.fill(dx, from, from + length, scale * dy[to]);
                }
            }
        }

        /** The gradient of maxima. What has been given is zero in {@code dy}, the tile that this operation owns, afterwards. */
        void giveToGreatest(float[] dy, float[] x, float[] y, float[] dx) {
            for (int row = 0; row < target.length; row++) {
                int from = row * length;
                int to = target[row];
                int step = kept ? 1 : 0;
                for (int i = 0; i < length; i++) {
                    int at = to + i * step;
                    boolean greatest = x[from + i] == y[at];
                    float left = dy[at];
                    dx[from + i] = greatest ? left : 0;
                    dy[at] = greatest ? 0 : left;
                }
            }
        }
    }
}
