package io.convoy.engine.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Tensor;

/**
 * One step of training on random images: compiles a network, goes forward, back, and down the gradient, and asks that each
 * weight got one and that the loss falls, at least nearly as far as the gradient says.
 */
final class OneStep {
    private static final Seed SEED = new Seed(17);
    private static final int CHUNK = 1 << 20;

    /** A prime, so that no two rows of a matrix are equal. */
    private static final int DRAWN = 65_537;

    private OneStep() {}

    /** With a batch of {@code batch} images, as large as the network's input. */
    static void lowersTheLoss(String name, Network network, int batch) {
        ParameterLayout layout = Layouts.parameters(network, 1);
        try (Weights weights = new Weights(layout, Layouts.statistics(network));
                Program program = Program.compile(network, weights, Purpose.training(batch))) {
            for (Network.Parameter parameter : network.parameters()) {
                initialize(weights.flat(), layout.entry(parameter.name()), parameter);
            }
            weights.refresh();
            RandomStream random = SEED.child("image").stream();
            FloatSpan image = program.inputs().get(0).span();
            for (int i = 0; i < image.length(); i++) {
                image.set(i, (float) random.nextGaussian());
            }
            program.forward(SEED);
            double before = loss(program, true);
            program.backward(bucket -> {});
            double squares = 0;
            for (ParameterLayout.Entry entry : layout.entries()) {
                double own = squares(program.gradients().span(), entry);
                assertThat(own).as("%s: gradient of %s", name, entry.name()).isFinite();
                if (entry.name().endsWith("weight")) {
                    assertThat(own).as("%s: gradient of %s", name, entry.name()).isPositive();
                }
                squares += own;
            }
            double hoped = before / 200;
            for (ParameterLayout.Entry entry : layout.entries()) {
                descend(weights.flat(), program.gradients().span(), entry, (float) (hoped / squares));
            }
            weights.refresh();
            program.forward(SEED);
            double fall = before - loss(program, false);
            assertThat(fall / hoped)
                    .as("%s: fall of the loss from %s, over what its gradient promises", name, before)
                    .isBetween(0.4, 1.1);
        }
    }

    /** Draws some values and repeats them: to draw all of a large network's would take most of the time. */
    private static void initialize(FloatSpan flat, ParameterLayout.Entry entry, Network.Parameter parameter) {
        float[] values = new float[Math.min(DRAWN, entry.length())];
        parameter.initializer().fill(values, SEED.child(parameter.name()).stream());
        for (int start = 0; start < entry.length(); start += values.length) {
            flat.write(entry.offset() + start, values, 0, Math.min(values.length, entry.length() - start));
        }
    }

    /** The cross-entropy of all outputs where sample n has class n modulo the classes; overwrites their gradients if asked. */
    private static double loss(Program program, boolean gradients) {
        double loss = 0;
        for (int o = 0; o < program.outputs().size(); o++) {
            Tensor output = program.outputs().get(o);
            int batch = output.shape().size(0);
            int classes = output.shape().size(1);
            for (int n = 0; n < batch; n++) {
                double sum = 0;
                for (int c = 0; c < classes; c++) {
                    sum += Math.exp(output.span().get(n * classes + c));
                }
                for (int c = 0; c < classes; c++) {
                    double probability = Math.exp(output.span().get(n * classes + c)) / sum;
                    double target = c == n % classes ? 1 : 0;
                    loss -= target * Math.log(probability) / batch;
                    if (gradients) {
                        FloatSpan gradient = program.outputGradients().get(o).span();
                        gradient.set(n * classes + c, (float) ((probability - target) / batch));
                    }
                }
            }
        }
        return loss;
    }

    private static double squares(FloatSpan gradients, ParameterLayout.Entry entry) {
        double squares = 0;
        for (int start = 0; start < entry.length(); start += CHUNK) {
            for (float value : chunk(gradients, entry, start)) {
                squares += (double) value * value;
            }
        }
        return squares;
    }

    private static void descend(FloatSpan flat, FloatSpan gradients, ParameterLayout.Entry entry, float rate) {
        for (int start = 0; start < entry.length(); start += CHUNK) {
            float[] weights = chunk(flat, entry, start);
            float[] gradient = chunk(gradients, entry, start);
            for (int i = 0; i < weights.length; i++) {
                weights[i] -= rate * gradient[i];
            }
            flat.write(entry.offset() + start, weights, 0, weights.length);
        }
    }

    /** Some of the entry's values: a copy of all would not fit into the heap of tests. */
    private static float[] chunk(FloatSpan span, ParameterLayout.Entry entry, int start) {
        float[] values = new float[Math.min(CHUNK, entry.length() - start)];
        span.read(entry.offset() + start, values, 0, values.length);
        return values;
    }
}
