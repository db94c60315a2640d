package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.kernel.onednn.BatchNormalization;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.GroupNorm;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LayerNorm;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link GroupNorm}, {@link InstanceNorm2d} and {@link LayerNorm}: in row-major order what is normalised together is a row of
 * memory. Sums are taken in float64. With running statistics inference is {@link BatchNormalization}'s.
 *
 * <pre>dx = rstd · (g − mean(g) − x̂ · mean(g · x̂)),  g = dy · weight,  x̂ = (x − mean) · rstd</pre>
 *
 * @param layer which of them
 * @param epsilon added to the variance
 * @param groups rows a sample that have weights of their own; 1 where all rows share theirs
 */
public record RowNormalization(Layer layer, double epsilon, int groups) implements Kernel {
    public static RowNormalization of(GroupNorm layer) {
        return new RowNormalization(layer, layer.epsilon(), layer.groups());
    }

    public static RowNormalization of(InstanceNorm2d layer) {
        return new RowNormalization(layer, layer.epsilon(), layer.channels());
    }

    public static RowNormalization of(LayerNorm layer) {
        return new RowNormalization(layer, layer.epsilon(), 1);
    }

    /** How the rows of an input lie. */
    private record Rows(int count, int length, int run, int runs, int perTile) {}

    private Rows rows(Shape x) {
        int length;
        int run;
        if (layer instanceof LayerNorm norm) {
            length = Math.toIntExact(norm.normalizedShape().count());
            run = 1;
        } else {
            length = Math.toIntExact(x.sample().count() / groups);
            // Values that one channel's weight belongs to.
            run = Math.toIntExact(x.sample().count() / x.size(1));
        }
        int count = length == 0 ? 0 : Math.toIntExact(x.count() / length);
        return new Rows(count, length, run, run == 0 ? 0 : length / run, Tiling.units(count, length));
    }

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        boolean tracks = layer.runningStatistics() != null;
        if (tracks && !emit.training()) {
            return new BatchNormalization(new BatchNorm2d(groups, epsilon, null, has("weight")), false)
                    .forward(emit, inputs);
        }
        Value x = inputs.get(0);
        Rows rows = rows(x.shape());
        if (tracks && rows.length() == 1) {
            throw new ShapeException(
                    layer + " expects more than one pixel where it trains with running statistics, since"
                            + " one has no variance, but its input is " + x.shape() + ".");
        }
        Value variances = tracks ? emit.value(MemoryLayout.plain(emit.handles(), Shape.of(rows.count(), 1))) : null;
        Value y = emit.value(MemoryLayout.plain(emit.handles(), x.shape()));
        Value statistics = emit.value(MemoryLayout.plain(emit.handles(), Shape.of(rows.count(), 2)));
        boolean scales = has("weight");
        boolean shifts = has("bias");
        JavaOperation.Building call = JavaOperation.of(emit, layer + " forward").perSample(x);
        if (scales) {
            call.whole(emit.parameter("weight"));
        }
        if (shifts) {
            call.whole(emit.parameter("bias"));
        }
        call.intoSamples(y).intoSamples(statistics);
        if (variances != null) {
            call.intoSamples(variances);
        }
        call.tiles(rows.count() / rows.perTile())
                .emit((tile, in, out) -> forward(
                        rows,
                        tile,
                        in[0],
                        scales ? in[1] : null,
                        shifts ? in[2] : null,
                        out[0],
                        out[1],
                        tracks ? out[2] : null));
        if (variances != null) {
            meansOverSamples(emit, statistics, variances);
        }
        return Forward.of(
                y,
                (back, gradients, needed) ->
                        backward(back, rows, x, statistics, gradients.get(0), needed.get(0), scales, shifts));
    }

    /** What the running statistics move to. */
    private void meansOverSamples(Emitter emit, Value statistics, Value variances) {
        JavaOperation.of(emit, layer + " statistics")
                .whole(statistics)
                .whole(variances)
                .intoWhole(emit.batchMean(groups))
                .intoWhole(emit.batchVariance(groups))
                .emit((sample, in, out) -> {
                    int samples = in[1].length / groups;
                    for (int c = 0; c < groups; c++) {
                        double mean = 0;
                        double variance = 0;
                        for (int n = 0; n < samples; n++) {
                            mean += in[0][2 * (n * groups + c)];
                            variance += in[1][n * groups + c];
                        }
                        out[0][c] = (float) (mean / samples);
                        out[1][c] = (float) (variance / samples);
                    }
                });
    }

    private boolean has(String parameter) {
        return layer.parameters().stream().anyMatch(spec -> spec.name().equals(parameter));
    }

    private void forward(
            Rows rows,
            int tile,
            float[] x,
            float @Nullable [] weight,
            float @Nullable [] bias,
            float[] y,
            float[] statistics,
            float @Nullable [] variances) {
        int length = rows.length();
        for (int row = 0; row < rows.perTile(); row++) {
            int begin = row * length;
            double mean = sum(x, begin, length) / length;
            double variance = sumOfSquares(x, begin, length, mean) / length;
            float centre = (float) mean;
            float inverse = (float) (1 / Math.sqrt(variance + epsilon));
            statistics[2 * row] = centre;
            statistics[2 * row + 1] = inverse;
            if (variances != null) {
                variances[row] = (float) (variance * length / (length - 1));
            }
            int first = (tile * rows.perTile() + row) % groups * rows.runs();
            if (weight == null) {
                for (int i = begin; i < begin + length; i++) {
                    y[i] = (x[i] - centre) * inverse;
                }
            } else if (rows.run() == 1) {
                for (int i = 0; i < length; i++) {
                    y[begin + i] = (x[begin + i] - centre) * inverse * weight[first + i];
                }
                if (bias != null) {
                    for (int i = 0; i < length; i++) {
                        y[begin + i] += bias[first + i];
                    }
                }
            } else {
                for (int c = 0; c < rows.runs(); c++) {
                    float scale = inverse * weight[first + c];
                    float shift = bias == null ? 0 : bias[first + c];
                    int from = begin + c * rows.run();
                    for (int i = from; i < from + rows.run(); i++) {
                        y[i] = (x[i] - centre) * scale + shift;
                    }
                }
            }
        }
    }

    private List<@Nullable Gradient> backward(
            Emitter emit,
            Rows rows,
            Value x,
            Value statistics,
            Gradient gradient,
            boolean needed,
            boolean scales,
            boolean shifts) {
        Value dx = emit.value(MemoryLayout.plain(emit.handles(), x.shape()));
        JavaOperation.Building call = JavaOperation.of(emit, layer + " backward")
                .perSample(x)
                .perSample(gradient.value())
                .perSample(statistics);
        if (scales) {
            call.whole(emit.parameter("weight"));
        }
        call.intoSamples(dx);
        if (scales) {
            call.intoWhole(emit.parameterGradient("weight"));
        }
        if (shifts) {
            call.intoWhole(emit.parameterGradient("bias"));
        }
        call.tiles(rows.count() / rows.perTile()).emit((tile, in, out) -> {
            if (rows.run() == 1 || !scales) {
                byValue(rows, tile, in, scales, shifts, out);
            } else {
                byChannel(rows, tile, in, out);
            }
        });
        if (scales) {
            emit.parameterGradientDone("weight");
        }
        if (shifts) {
            emit.parameterGradientDone("bias");
        }
        return needed ? List.of(new Gradient(dx, true)) : Arrays.asList((Gradient) null);
    }

    /** Every value of a row has a weight of its own, or none. */
    private void byValue(Rows rows, int tile, float[][] in, boolean scales, boolean shifts, float[][] out) {
        float[] x = in[0];
        float[] dy = in[1];
        float[] dx = out[0];
        int length = rows.length();
        for (int row = 0; row < rows.perTile(); row++) {
            int begin = row * length;
            float mean = in[2][2 * row];
            float inverse = in[2][2 * row + 1];
            if (scales) {
                int first = (tile * rows.perTile() + row) % groups * rows.runs();
                float[] weight = in[3];
                float[] dw = out[1];
                for (int i = 0; i < length; i++) {
                    dw[first + i] += dy[begin + i] * ((x[begin + i] - mean) * inverse);
                    dx[begin + i] = dy[begin + i] * weight[first + i];
                }
                if (shifts) {
                    float[] db = out[2];
                    for (int i = 0; i < length; i++) {
                        db[first + i] += dy[begin + i];
                    }
                }
            } else {
                System.arraycopy(dy, begin, dx, begin, length);
            }
            float ofOnes = (float) (sum(dx, begin, length) / length);
            float ofX = (float) (dot(dx, x, begin, length, mean) * inverse / length) * inverse;
            for (int i = begin; i < begin + length; i++) {
                dx[i] = inverse * (dx[i] - ofOnes - (x[i] - mean) * ofX);
            }
        }
    }

    /** A channel's values have one weight. */
    private void byChannel(Rows rows, int tile, float[][] in, float[][] out) {
        float[] x = in[0];
        float[] dy = in[1];
        float[] weight = in[3];
        float[] dx = out[0];
        int run = rows.run();
        for (int row = 0; row < rows.perTile(); row++) {
            int begin = row * rows.length();
            float mean = in[2][2 * row];
            float inverse = in[2][2 * row + 1];
            int first = (tile * rows.perTile() + row) % groups * rows.runs();
            double ones = 0;
            double products = 0;
            for (int c = 0; c < rows.runs(); c++) {
                int from = begin + c * run;
                double db = sum(dy, from, run);
                double dw = dot(dy, x, from, run, mean) * inverse;
                out[1][first + c] += (float) dw;
                out[2][first + c] += (float) db;
                ones += db * weight[first + c];
                products += dw * weight[first + c];
            }
            float ofOnes = (float) (inverse * ones / rows.length());
            float ofX = (float) (inverse * products * inverse / rows.length());
            for (int c = 0; c < rows.runs(); c++) {
                float scale = inverse * weight[first + c];
                int from = begin + c * run;
                for (int i = from; i < from + run; i++) {
                    dx[i] = scale * dy[i] - ofOnes - (x[i] - mean) * ofX;
                }
            }
        }
    }

    /** Four sums side by side, since each addition would wait for the one before. */
    private static double sum(float[] x, int begin, int length) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = begin;
        for (int end = begin + length - 3; i < end; i += 4) {
            a += x[i];
            b += x[i + 1];
            c += x[i + 2];
            d += x[i + 3];
        }
        for (; i < begin + length; i++) {
            a += x[i];
        }
        return (a + b) + (c + d);
    }

    private static double sumOfSquares(float[] x, int begin, int length, double mean) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = begin;
        for (int end = begin + length - 3; i < end; i += 4) {
            double p = x[i] - mean;
            double q = x[i + 1] - mean;
            double r = x[i + 2] - mean;
            double s = x[i + 3] - mean;
            a += p * p;
            b += q * q;
            c += r * r;
            d += s * s;
        }
        for (; i < begin + length; i++) {
            a += (x[i] - mean) * (x[i] - mean);
        }
        return (a + b) + (c + d);
    }

    /** Σ g · (x − mean). */
    private static double dot(float[] g, float[] x, int begin, int length, double mean) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = begin;
        for (int end = begin + length - 3; i < end; i += 4) {
            a += g[i] * (x[i] - mean);
            b += g[i + 1] * (x[i + 1] - mean);
            c += g[i + 2] * (x[i + 2] - mean);
            d += g[i + 3] * (x[i + 3] - mean);
        }
        for (; i < begin + length; i++) {
            a += g[i] * (x[i] - mean);
        }
        return (a + b) + (c + d);
    }
}
