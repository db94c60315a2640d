package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * {@link Pad}. A sample is rows; each row of the result comes from one row of the input, or is all border, and its middle is
 * copied as a whole.
 *
 * @param layer its configuration
 * @param output the result's shape
 */
public record Border(Pad layer, Shape output) implements Kernel {
    private static final int NOWHERE = -1;

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = inputs.get(0);
        Value y = emit.value(MemoryLayout.plain(emit.handles(), output));
        Sources sources = Sources.of(layer, x.shape(), output);
        float value = (float) layer.value();
        JavaOperation.of(emit, layer + " forward")
                .perSample(x)
                .intoSamples(y)
                .emit((sample, in, out) -> sources.copy(in[0], value, out[0]));
        return Forward.of(y, (back, gradients, needed) -> {
            if (!needed.get(0)) {
                return Arrays.asList((Gradient) null);
            }
            Value dx = back.value(MemoryLayout.plain(back.handles(), x.shape()));
            JavaOperation.of(back, layer + " backward")
                    .perSample(gradients.get(0).value())
                    .intoSamples(dx)
                    .emit((sample, in, out) -> sources.addBack(in[0], out[0]));
            return List.of(new Gradient(dx, true));
        });
    }

    /** Where each value of the result comes from. */
    private static final class Sources {
        /** The input's row, times its width, under each row of the result. */
        private final int[] rows;

        /** The input's column under each column of the result. */
        private final int[] columns;

        /** The columns that lie as in the input, one behind the other. */
        private final int from;

        private final int to;

        private Sources(int[] rows, int[] columns) {
            this.rows = rows;
            this.columns = columns;
            int first = 0;
            while (first < columns.length && !begins(first)) {
                first++;
            }
            int end = first;
            while (end < columns.length && columns[end] != NOWHERE && columns[end] == columns[first] + end - first) {
                end++;
            }
            this.from = first;
            this.to = end;
        }

        /** Whether the next column is the next of the input, too. */
        private boolean begins(int column) {
            return columns[column] != NOWHERE
                    && column + 1 < columns.length
                    && columns[column + 1] == columns[column] + 1;
        }

        static Sources of(Pad layer, Shape x, Shape y) {
            int rank = y.rank();
            int[][] sources = new int[rank][];
            int count = 1;
            for (int axis = 1; axis < rank; axis++) {
                sources[axis] = along(layer, x.size(axis), y.size(axis), layer.before(axis, rank));
                count *= axis < rank - 1 ? y.size(axis) : 1;
            }
            int width = x.size(rank - 1);
            int[] rows = new int[count];
            for (int row = 0; row < count; row++) {
                int rest = row;
                int stride = width;
                for (int axis = rank - 2; axis > 0; axis--) {
                    int source = sources[axis][rest % y.size(axis)];
                    rows[row] = source == NOWHERE || rows[row] == NOWHERE ? NOWHERE : rows[row] + source * stride;
                    rest /= y.size(axis);
                    stride *= x.size(axis);
                }
            }
            return new Sources(rows, sources[rank - 1]);
        }

        private static int[] along(Pad layer, int length, int result, int before) {
            int[] sources = new int[result];
            for (int i = 0; i < result; i++) {
                int at = i - before;
                sources[i] = at >= 0 && at < length
                        ? at
                        : switch (layer.mode()) {
                            case CONSTANT -> NOWHERE;
                            case REFLECT -> at < 0 ? -at : 2 * (length - 1) - at;
                            case REPLICATE -> at < 0 ? 0 : length - 1;
                        };
            }
            return sources;
        }

        void copy(float[] x, float value, float[] y) {
            for (int row = 0; row < rows.length; row++) {
                int at = row * columns.length;
                int source = rows[row];
                if (source == NOWHERE) {
                    Arrays.fill(y, at, at + columns.length, value);
                    continue;
                }
                for (int i = 0; i < from; i++) {
                    y[at + i] = columns[i] == NOWHERE ? value : x[source + columns[i]];
                }
                if (to > from) {
                    System.arraycopy(x, source + columns[from], y, at + from, to - from);
                }
                for (int i = to; i < columns.length; i++) {
                    y[at + i] = columns[i] == NOWHERE ? value : x[source + columns[i]];
                }
            }
        }

        void addBack(float[] dy, float[] dx) {
            Arrays.fill(dx, 0);
            for (int row = 0; row < rows.length; row++) {
                int at = row * columns.length;
                int source = rows[row];
                if (source == NOWHERE) {
                    continue;
                }
                addColumns(dy, at, dx, source, 0, from);
                int shift = to > from ? source + columns[from] - from : 0;
                for (int i = from; i < to; i++) {
                    dx[shift + i] += dy[at + i];
                }
                addColumns(dy, at, dx, source, to, columns.length);
            }
        }

        private void addColumns(float[] dy, int at, float[] dx, int source, int begin, int end) {
            for (int i = begin; i < end; i++) {
                if (columns[i] != NOWHERE) {
                    dx[source + columns[i]] += dy[at + i];
                }
            }
        }
    }
}
