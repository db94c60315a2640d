package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
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

    /** The curve alone where float32 can't tell the difference. */
    public static Kernel of(Softplus layer) {
        return layer.threshold() >= INDISTINGUISHABLE ? Activation.of(layer) : new Threshold(layer);
    }

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = emit.plain(inputs.get(0));
        Forward curve = Activation.of(layer).forward(emit, List.of(x));
        Value y = laidOver(emit, x, x, curve.outputs().get(0));
        return Forward.of(y, (back, gradients, needed) -> {
            Value dy = back.plain(gradients.get(0).value());
            @Nullable
            Gradient bent = curve.backward()
                    .backward(back, List.of(new Gradient(dy, false)), needed)
                    .get(0);
            return bent == null
                    ? Arrays.asList((Gradient) null)
                    : List.of(new Gradient(laidOver(back, x, dy, bent.value()), true));
        });
    }

    /** {@code line} where x is above the threshold, else {@code curve}. */
    private Value laidOver(Emitter emit, Value x, Value line, Value curve) {
        Value result = emit.value(MemoryLayout.plain(emit.handles(), x.shape()));
        float beta = (float) layer.beta();
        float threshold = (float) layer.threshold();
        JavaOperation.of(emit, layer + " above its threshold")
                .perSample(x)
                .perSample(line)
                .perSample(curve)
                .intoSamples(result)
                .emit((sample, in, out) -> {
                    float[] values = in[0];
                    float[] straight = in[1];
                    float[] bent = in[2];
                    float[] into = out[0];
                    for (int i = 0; i < into.length; i++) {
                        into[i] = values[i] * beta > threshold ? straight[i] : bent[i];
                    }
                });
        return result;
    }
}
