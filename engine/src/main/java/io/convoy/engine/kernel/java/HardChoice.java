package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Randomness;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.HardAttention;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link HardAttention}.
 *
 * @param layer its configuration
 */
public record HardChoice(HardAttention layer) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = inputs.get(0);
        Value y = emit.value(MemoryLayout.plain(emit.handles(), x.shape()));
        Value logProbability =
                emit.value(MemoryLayout.plain(emit.handles(), Shape.of(x.shape().size(0), 1)));
        double[] probabilities = new double[Math.toIntExact(x.shape().sample().count())];
        JavaOperation.Building call = JavaOperation.of(emit, layer + " forward")
                .perSample(x)
                .intoSamples(y)
                .intoSamples(logProbability);
        if (emit.training()) {
            Draw draw = new Draw(emit.draws());
            call.emit((sample, in, out) -> {
                softmax(in[0], probabilities);
                choose(draw.next(sample, probabilities), probabilities, out);
            });
        } else {
            call.emit((sample, in, out) -> {
                softmax(in[0], probabilities);
                choose(mostProbable(in[0]), probabilities, out);
            });
        }
        return new Forward(
                List.of(y, logProbability),
                (back, gradients, needed) -> backward(back, x, y, gradients, needed.get(0), probabilities));
    }

    private List<@Nullable Gradient> backward(
            Emitter emit, Value x, Value y, List<Gradient> gradients, boolean needed, double[] probabilities) {
        if (!needed) {
            return Arrays.asList((Gradient) null);
        }
        Value dx = emit.value(MemoryLayout.plain(emit.handles(), x.shape()));
        JavaOperation.of(emit, layer + " backward")
                .perSample(x)
                .perSample(y)
                .perSample(gradients.get(0).value())
                .perSample(gradients.get(1).value())
                .intoSamples(dx)
                .emit((sample, in, out) -> {
                    softmax(in[0], probabilities);
                    scores(probabilities, in[1], in[2], in[3][0], out[0]);
                });
        return List.of(new Gradient(dx, true));
    }

    private void scores(double[] p, float[] y, float[] dy, float dl, float[] ds) {
        double drawn = 0;
        double expected = 0;
        for (int i = 0; i < p.length; i++) {
            drawn += (double) y[i] * dy[i];
            expected += p[i] * dy[i];
        }
        boolean soft = layer.estimator() == HardAttention.Estimator.STRAIGHT_THROUGH;
        double signal = soft ? dl : drawn - expected + dl;
        for (int i = 0; i < p.length; i++) {
            double throughY = soft ? p[i] * (dy[i] - expected) : 0;
            ds[i] = (float) (throughY + signal * (y[i] - p[i]));
        }
    }

    private static void choose(int place, double[] probabilities, float[][] out) {
        Arrays.fill(out[0], 0);
        out[0][place] = 1;
        out[1][0] = (float) Math.log(probabilities[place]);
    }

    private static int mostProbable(float[] x) {
        int best = 0;
        for (int i = 1; i < x.length; i++) {
            if (x[i] > x[best]) {
                best = i;
            }
        }
        return best;
    }

    private static void softmax(float[] x, double[] probabilities) {
        float greatest = x[mostProbable(x)];
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            probabilities[i] = Math.exp((double) x[i] - greatest);
            sum += probabilities[i];
        }
        for (int i = 0; i < x.length; i++) {
            probabilities[i] /= sum;
        }
    }

    /** The choices of one program, a sample after the other. */
    private static final class Draw {
        private final Randomness.Draws draws;
        private @Nullable RandomStream stream;

        private Draw(Randomness.Draws draws) {
            this.draws = draws;
        }

        int next(int sample, double[] probabilities) {
            RandomStream random = stream;
            if (sample == 0 || random == null) {
                random = draws.restart();
                stream = random;
            }
            double left = random.nextDouble();
            int place = 0;
            while (place < probabilities.length - 1 && left >= probabilities[place]) {
                left -= probabilities[place++];
            }
            // Rounding may leave a little more than all probabilities together: that is the last possible place's.
            while (place > 0 && probabilities[place] == 0) {
                place--;
            }
            return place;
        }
    }
}
