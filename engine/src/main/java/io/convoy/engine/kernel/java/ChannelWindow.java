package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.kernel.onednn.ResponseNormalization;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * {@link LocalResponseNorm}: oneDNN's where it has a fast one, else in Java, a channel's plane at a time. With s = k + alpha /
 * size · Σ x², y = x · s^−beta and dx = dy · s^−beta − 2 · alpha · beta / size · x · Σ dy · x · s^(−beta − 1), the second sum over
 * the windows that see the channel.
 *
 * @param layer its configuration
 */
public record ChannelWindow(LocalResponseNorm layer) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = inputs.get(0);
        ResponseNormalization fast = new ResponseNormalization(layer);
        if (fast.isFast(emit, x.shape())) {
            return fast.forward(emit, inputs);
        }
        Shape shape = x.shape();
        Value y = emit.value(MemoryLayout.plain(emit.handles(), shape));
        Planes planes = new Planes(layer, shape);
        JavaOperation.of(emit, layer + " forward")
                .perSample(x)
                .intoSamples(y)
                .emit((sample, in, out) -> planes.normalize(in[0], out[0]));
        return Forward.of(y, (back, gradients, needed) -> {
            if (!needed.get(0)) {
                return Arrays.asList((Gradient) null);
            }
            Value dx = back.value(MemoryLayout.plain(back.handles(), shape));
            JavaOperation.of(back, layer + " backward")
                    .perSample(x)
                    .perSample(gradients.get(0).value())
                    .intoSamples(dx)
                    .emit((sample, in, out) -> planes.giveBack(in[0], in[1], out[0]));
            return List.of(new Gradient(dx, true));
        });
    }

    /** One sample's planes, and memory for what lies between. */
    private static final class Planes {
        private final int channels;
        private final int pixels;
        private final int before;
        private final int after;
        private final float share;
        private final float constant;
        private final float exponent;
        private final float[] sums;
        private final float[] powers;
        private final float[] shares;

        Planes(LocalResponseNorm layer, Shape x) {
            this.channels = x.size(1);
            this.pixels = Math.toIntExact(x.count() / Math.max(1, x.size(0)) / Math.max(1, channels));
            this.before = layer.size() / 2;
            this.after = (layer.size() - 1) / 2;
            this.share = (float) (layer.alpha() / layer.size());
            this.constant = (float) layer.k();
            this.exponent = (float) layer.beta();
            this.sums = new float[channels * pixels];
            this.powers = new float[channels * pixels];
            this.shares = new float[channels * pixels];
        }

        void normalize(float[] x, float[] y) {
            scale(x);
            for (int i = 0; i < y.length; i++) {
                y[i] = x[i] * powers[i];
            }
        }

        void giveBack(float[] x, float[] dy, float[] dx) {
            scale(x);
            for (int i = 0; i < dx.length; i++) {
                shares[i] = dy[i] * x[i] * powers[i] / sums[i];
            }
            float factor = -2 * share * exponent;
            for (int c = 0; c < channels; c++) {
                int at = c * pixels;
                Arrays.fill(dx, at, at + pixels, 0);
                int last = Math.min(c + before, channels - 1);
                for (int other = Math.max(0, c - after); other <= last; other++) {
                    int from = other * pixels;
                    for (int i = 0; i < pixels; i++) {
                        dx[at + i] += shares[from + i];
                    }
                }
            }
            for (int i = 0; i < dx.length; i++) {
                dx[i] = dy[i] * powers[i] + factor * x[i] * dx[i];
            }
        }

        /** Overwrites the sums and their powers. */
        private void scale(float[] x) {
            for (int c = 0; c < channels; c++) {
                int at = c * pixels;
                Arrays.fill(sums, at, at + pixels, 0);
                int last = Math.min(c + after, channels - 1);
                for (int other = Math.max(0, c - before); other <= last; other++) {
                    int from = other * pixels;
                    for (int i = 0; i < pixels; i++) {
                        sums[at + i] += x[from + i] * x[from + i];
                    }
                }
            }
            for (int i = 0; i < sums.length; i++) {
                sums[i] = constant + share * sums[i];
            }
            if (exponent == 0.75f) {
                for (int i = 0; i < sums.length; i++) {
                    float root = (float) Math.sqrt(sums[i]);
                    powers[i] = 1 / (root * (float) Math.sqrt(root));
                }
            } else if (exponent == 0.5f) {
                for (int i = 0; i < sums.length; i++) {
                    powers[i] = 1 / (float) Math.sqrt(sums[i]);
                }
            } else {
                for (int i = 0; i < sums.length; i++) {
                    powers[i] = (float) Math.pow(sums[i], -exponent);
                }
            }
        }
    }
}
