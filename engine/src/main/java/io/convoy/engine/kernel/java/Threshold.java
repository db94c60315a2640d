package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.kernel.onednn.Activation;
import io.convoy.engine.layer.Softplus;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link Softplus}: oneDNN's curve, and the straight line above the threshold laid over it.
 *
 * @param layer its configuration
 */
public record Threshold(Softplus layer) implements Kernel {
    /** Above it, the curve and the line are the same float32: ln(1 + exp(−17)) / 17 is 2.4e-9. */
    private static final double INDISTINGUISHABLE = 17;

    /** The bits of −∞; those of negative numbers are not above them, those of negative NaN are. */
    private static final int LOWEST = Float.floatToRawIntBits(Float.NEGATIVE_INFINITY);

    /** The curve alone where float32 can't tell the difference. */
    public static Kernel of(Softplus layer) {
        return layer.threshold() >= INDISTINGUISHABLE ? Activation.of(layer) : new Threshold(layer);
    }

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = withoutPadding(emit, inputs.get(0));
        Forward curve = Activation.of(layer).forward(emit, List.of(x));
        Value y = laidOver(emit, x, x, curve.outputs().get(0));
        return Forward.of(y, (back, gradients, needed) -> {
            Value dy = back.in(x.layout(), gradients.get(0).value());
            @Nullable
            Gradient bent = curve.backward()
                    .backward(back, List.of(new Gradient(dy, false)), needed)
                    .get(0);
            return bent == null
                    ? Arrays.asList((Gradient) null)
                    : List.of(new Gradient(laidOver(back, x, dy, bent.value()), true));
        });
    }

    private static Value withoutPadding(Emitter emit, Value given) {
        Value x = emit.in(given.layout().in(emit.handles(), Precision.FLOAT32), given);
        return x.layout().bytes() == x.shape().count() * Float.BYTES ? x : emit.plain(x);
    }

    /** {@code line} where x is above the threshold, else {@code curve}. */
    private Value laidOver(Emitter emit, Value x, Value line, Value curve) {
        Value result = emit.value(x.layout());
        float beta = (float) layer.beta();
        float threshold = (float) layer.threshold();
        JavaOperation.of(emit, layer + " above its threshold")
                .perSampleAsItLies(x)
                .perSampleAsItLies(line)
                .perSampleAsItLies(emit.in(x.layout(), curve))
                .intoSamples(result)
                .tiles(Tiling.ofValues(x.shape().count()))
                .emit((tile, in, out) -> choose(in[0], beta, threshold, in[1], in[2], out[0]));
        return result;
    }

    private static void choose(float[] x, float beta, float threshold, float[] line, float[] curve, float[] result) {
        for (int i = 0; i < result.length; i++) {
            // All ones if that is below 0, no bits if not or if it is NaN, without a branch that nothing could
            // foretell.
            int left = Float.floatToRawIntBits(threshold - x[i] * beta);
            int above = (left & (left - LOWEST - 1)) >> 31;
            int straight = Float.floatToRawIntBits(line[i]);
            int bent = Float.floatToRawIntBits(curve[i]);
            result[i] = Float.intBitsToFloat((straight & above) | (bent & ~above));
        }
    }
}
