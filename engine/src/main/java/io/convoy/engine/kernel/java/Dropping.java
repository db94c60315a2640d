package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Randomness;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Dropout2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.rng.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link Dropout} and {@link Dropout2d}. The way back draws the mask again, which takes no longer than reading it would and
 * no memory. A sample's mask follows from row-major order: 32 bits a value or a feature map, two from each 64 drawn.
 *
 * @param layer which of them
 * @param p probability of being dropped
 * @param maskGiven whether the second input is the mask
 */
public record Dropping(Layer layer, double p, boolean maskGiven) implements Kernel {
    private static final double DRAWS = 0x1p32;

    public static Dropping of(Dropout layer) {
        return new Dropping(layer, layer.p(), layer.maskGiven());
    }

    public static Dropping of(Dropout2d layer) {
        return new Dropping(layer, layer.p(), false);
    }

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = inputs.get(0);
        if (!emit.training() || (p == 0 && !maskGiven)) {
            return Forward.of(x, (back, gradients, needed) -> produced(needed.get(0) ? gradients.get(0) : null));
        }
        @Nullable Value mask = maskGiven ? inputs.get(1) : null;
        Value y = drop(emit, layer + " forward", x, mask);
        return Forward.of(
                y,
                (back, gradients, needed) -> produced(
                        needed.get(0)
                                ? new Gradient(
                                        drop(
                                                back,
                                                layer + " backward",
                                                gradients.get(0).value(),
                                                mask),
                                        true)
                                : null));
    }

    /** A mask has no gradient. */
    private List<@Nullable Gradient> produced(@Nullable Gradient gradient) {
        List<@Nullable Gradient> produced = new ArrayList<>();
        produced.add(gradient);
        if (maskGiven) {
            produced.add(null);
        }
        return produced;
    }

    private Value drop(Emitter emit, String what, Value from, @Nullable Value mask) {
        Value to = emit.value(MemoryLayout.plain(emit.handles(), from.shape()));
        float scale = p < 1 ? (float) (1 / (1 - p)) : 0;
        if (mask != null) {
            JavaOperation.of(emit, what)
                    .perSample(from)
                    .perSample(mask)
                    .intoSamples(to)
                    .emit((sample, in, out) -> masked(in[0], in[1], scale, out[0]));
            return to;
        }
        int run = layer instanceof Dropout2d
                ? Math.toIntExact((long) from.shape().size(2) * from.shape().size(3))
                : 1;
        long dropped = Math.round(p * DRAWS);
        Randomness.Draws draws = emit.draws();
        // The stream goes on from sample to sample.
        JavaOperation.of(emit, what).perSample(from).intoSamples(to).emit(new JavaOperation.Body() {
            private @Nullable RandomStream random;

            @Override
            public void run(int sample, float[][] in, float[][] out) {
                RandomStream stream = random;
                if (sample == 0 || stream == null) {
                    stream = draws.restart();
                    random = stream;
                }
                if (run == 1) {
                    values(in[0], scale, dropped, stream, out[0]);
                } else {
                    runs(in[0], run, scale, dropped, stream, out[0]);
                }
            }
        });
        return to;
    }

    private static void masked(float[] x, float[] mask, float scale, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = x[i] * (mask[i] * scale);
        }
    }

    private static void values(float[] x, float scale, long dropped, RandomStream random, float[] y) {
        int i = 0;
        for (; i + 1 < y.length; i += 2) {
            long bits = random.nextLong();
            y[i] = keep(bits >>> 32, dropped, x[i] * scale);
            y[i + 1] = keep(bits & 0xFFFFFFFFL, dropped, x[i + 1] * scale);
        }
        if (i < y.length) {
            y[i] = keep(random.nextLong() >>> 32, dropped, x[i] * scale);
        }
    }

    /** The value or 0, without a branch that nothing could foretell. */
    private static float keep(long bits, long dropped, float value) {
        int all = (int) ((dropped - 1 - bits) >> 63);
        return Float.intBitsToFloat(Float.floatToRawIntBits(value) & all);
    }

    private static void runs(float[] x, int run, float scale, long dropped, RandomStream random, float[] y) {
        long bits = 0;
        for (int i = 0; i * run < y.length; i++) {
            bits = i % 2 == 0 ? random.nextLong() : bits << 32;
            int begin = i * run;
            if (bits >>> 32 < dropped) {
                Arrays.fill(y, begin, begin + run, 0);
                continue;
            }
            for (int k = begin; k < begin + run; k++) {
                y[k] = x[k] * scale;
            }
        }
    }
}
