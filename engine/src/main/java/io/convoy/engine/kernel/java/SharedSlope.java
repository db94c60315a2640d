package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.Prelu;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link Prelu} with one parameter, for which oneDNN has nothing but its reference.
 *
 * @param layer its configuration
 */
public record SharedSlope(Prelu layer) implements Kernel {
    /** The gradient is summed up in so many parts, which a vector holds. */
    private static final int PARTS = 16;

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = emit.plain(inputs.get(0));
        Value y = emit.value(x.layout());
        JavaOperation.of(emit, layer + " forward")
                .perSample(x)
                .whole(emit.parameter("weight"))
                .intoSamples(y)
                .emit((sample, in, out) -> scaleBelowZero(in[0], in[0], in[1][0], out[0]));
        return Forward.of(y, (back, gradients, needed) -> backward(back, x, gradients.get(0), needed.get(0)));
    }

    private List<@Nullable Gradient> backward(Emitter emit, Value x, Gradient gradient, boolean needed) {
        Value dx = emit.value(MemoryLayout.plain(emit.handles(), x.shape()));
        float[] parts = new float[PARTS];
        JavaOperation.of(emit, layer + " backward")
                .perSample(x)
                .perSample(gradient.value())
                .whole(emit.parameter("weight"))
                .intoSamples(dx)
                .intoWhole(emit.parameterGradient("weight"))
                .emit((sample, in, out) -> {
                    scaleBelowZero(in[0], in[1], in[2][0], out[0]);
                    out[1][0] += sumBelowZero(in[0], in[1], parts);
                });
        emit.parameterGradientDone("weight");
        return needed ? List.of(new Gradient(dx, true)) : Arrays.asList((Gradient) null);
    }

    /** {@code values}, times the slope where x is not above 0, without a branch that nothing could foretell. */
    private static void scaleBelowZero(float[] x, float[] values, float slope, float[] result) {
        int one = Float.floatToRawIntBits(1);
        int other = Float.floatToRawIntBits(slope);
        for (int i = 0; i < result.length; i++) {
            int bits = Float.floatToRawIntBits(x[i]);
            // All ones for what is negative and for both zeros.
            int below = (bits | (bits - 1)) >> 31;
            result[i] = values[i] * Float.intBitsToFloat((one & ~below) | (other & below));
        }
    }

    /** Σ x · dy where x is not above 0. */
    private static float sumBelowZero(float[] x, float[] dy, float[] parts) {
        Arrays.fill(parts, 0);
        int whole = x.length - x.length % PARTS;
        for (int i = 0; i < whole; i += PARTS) {
            for (int j = 0; j < PARTS; j++) {
                parts[j] += Math.min(x[i + j], 0) * dy[i + j];
            }
        }
        float sum = 0;
        for (int i = whole; i < x.length; i++) {
            sum += Math.min(x[i], 0) * dy[i];
        }
        for (float part : parts) {
            sum += part;
        }
        return sum;
    }
}
