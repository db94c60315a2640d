package io.convoy.engine.kernel;

import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of BatchNorm's scale and shift, summed in float64:
 *
 * <pre>dshift[c] = Σ g,  dscale[c] = Σ g · (x − mean[c]) / √(variance[c] + ε),  g = dy, or 0 where y is not above 0</pre>
 */
public final class ChannelSums implements Operation {
    /** Floats that are copied at once. No power of two, so that neighbouring arrays don't get in each other's way in the cache. */
    private static final int TILE = 1088;

    /** Sums side by side, at least: loops over fewer than these are slow. */
    private static final int STRIP = 64;

    /** Twice a factor that brings any float above 0 above 1. */
    private static final float LARGE = 1e38f;

    private final String what;
    private final List<Value> touches = new ArrayList<>();
    private final FloatSpan[] spans;
    private final double epsilon;
    private final boolean masked;
    private final int channels;

    /** The layout: {@code outer} times {@code groups} times {@code run} floats, in which the channels come around in {@code lanes}. */
    private final int outer;

    private final int groups;
    private final int run;
    private final int lanes;
    private final int strip;
    private final int tile;

    private final float[] x;
    private final float[] g;
    private final float[] y;
    private final double[] centre;
    private final double[] sum;
    private final double[] dot;
    private final float[] mean;
    private final float[] variance;
    private final float[] scaleGradient;
    private final float[] shiftGradient;

    /** What there is to add: the input, the gradient of the output, and the output if a ReLU masks that gradient. */
    public record Maps(Value x, Value dy, @Nullable Value y) {
        private Maps in(Emitter emit, MemoryLayout layout) {
            return new Maps(emit.in(layout, x), emit.in(layout, dy), y == null ? null : emit.in(layout, y));
        }
    }

    /** Mean and biased variance of each channel, and what is added to the variance. */
    public record Statistics(Value mean, Value variance, double epsilon) {}

    private ChannelSums(String what, Maps maps, Statistics statistics, int lanes, Value scale, Value shift) {
        Shape shape = maps.x().shape();
        int samples = shape.size(0);
        this.what = what;
        this.epsilon = statistics.epsilon();
        this.masked = maps.y() != null;
        this.channels = shape.size(1);
        this.lanes = lanes;
        this.groups = (channels + lanes - 1) / lanes;
        this.outer = groups > 1 ? samples : 1;
        int plane = Math.toIntExact(shape.count() / Math.max(1, (long) samples * channels));
        // With all channels side by side the whole batch is one run.
        this.run = plane * lanes * (groups > 1 ? 1 : samples);
        this.strip = lanes * Math.max(1, STRIP / lanes);
        this.tile = strip * Math.max(1, TILE / strip);
        this.x = new float[tile];
        this.g = new float[tile];
        this.y = new float[masked ? tile : 0];
        this.centre = new double[strip];
        this.sum = new double[strip];
        this.dot = new double[strip];
        this.mean = new float[channels];
        this.variance = new float[channels];
        this.scaleGradient = new float[channels];
        this.shiftGradient = new float[channels];
        touches.add(maps.x());
        touches.add(maps.dy());
        touches.add(statistics.mean());
        touches.add(statistics.variance());
        touches.add(scale);
        touches.add(shift);
        if (maps.y() != null) {
            touches.add(maps.y());
        }
        this.spans = new FloatSpan[touches.size()];
    }

    /**
     * Adds it to the program. It overwrites {@code scale} and {@code shift}, [C].
     *
     * @param maps [N, C] or [N, C, H, W]
     */
    public static void emit(Emitter emit, String what, Maps maps, Statistics statistics, Value scale, Value shift) {
        Shape shape = maps.x().shape();
        Handles handles = emit.handles();
        MemoryLayout lies = maps.x().layout().in(handles, Precision.FLOAT32);
        boolean blocked = shape.rank() == 4 && lies.matches(MemoryLayout.blocked(handles, shape));
        MemoryLayout layout = blocked ? lies : MemoryLayout.innermost(handles, shape, 1);
        emit.emit(new ChannelSums(
                what, maps.in(emit, layout), statistics, blocked ? MemoryLayout.BLOCK : shape.size(1), scale, shift));
    }

    @Override
    public List<Value> touches() {
        return touches;
    }

    @Override
    public void bind(Memory memory) {
        for (int i = 0; i < spans.length; i++) {
            spans[i] = memory.floats(touches.get(i));
        }
    }

    @Override
    public void run() {
        spans[2].read(0, mean, 0, channels);
        spans[3].read(0, variance, 0, channels);
        for (int group = 0; group < groups; group++) {
            int first = group * lanes;
            int known = Math.min(lanes, channels - first);
            Arrays.fill(sum, 0);
            Arrays.fill(dot, 0);
            for (int i = 0; i < strip; i++) {
                centre[i] = i % lanes < known ? mean[first + i % lanes] : 0;
            }
            for (int n = 0; n < outer; n++) {
                int begin = (n * groups + group) * run;
                for (int at = 0; at < run; at += tile) {
                    add(begin + at, Math.min(tile, run - at));
                }
            }
            for (int i = 0; i < known; i++) {
                finish(first + i, i);
            }
        }
        spans[4].write(0, scaleGradient, 0, channels);
        spans[5].write(0, shiftGradient, 0, channels);
    }

    private void add(int at, int count) {
        spans[0].read(at, x, 0, count);
        spans[1].read(at, g, 0, count);
        if (masked) {
            spans[6].read(at, y, 0, count);
            for (int i = 0; i < count; i++) {
                // Without a branch, which nothing could foretell: 1 where y is above 0, 0 where it is 0.
                g[i] *= Math.min(y[i] * LARGE * LARGE, 1);
            }
        }
        for (int begin = 0; begin < count; begin += strip) {
            int length = Math.min(strip, count - begin);
            for (int i = 0; i < length; i++) {
                double value = g[begin + i];
                sum[i] += value;
                dot[i] += value * (x[begin + i] - centre[i]);
            }
        }
    }

    private void finish(int channel, int lane) {
        double shift = 0;
        double scale = 0;
        for (int i = lane; i < strip; i += lanes) {
            shift += sum[i];
            scale += dot[i];
        }
        shiftGradient[channel] = (float) shift;
        scaleGradient[channel] = (float) (scale / Math.sqrt(variance[channel] + epsilon));
    }

    @Override
    public String toString() {
        return what;
    }
}
