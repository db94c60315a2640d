package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.ThisCpu;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Products of operands with 8 bits of precision, summed in float32. */
class PrecisionTest {
    private static final Seed SEED = new Seed(5);

    @BeforeEach
    void theCpuComputesInBfloat16() {
        ThisCpu.assumeComputes(Precision.BFLOAT16);
    }

    /** What a step gives: outputs, gradients of parameters and of the input. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Step(float[] y, float[] dw, float[] dx) {}

    private static Network convolution(Conv2d layer, Shape image) {
        Network.Builder network = Network.builder();
        return network.output(network.add("conv", layer, network.input("x", image)))
                .build();
    }

    private static Step run(Network network, int batch, Precision precision, boolean rounded) {
        ParameterLayout layout = Layouts.parameters(network, 1);
        try (Weights weights = new Weights(layout, Layouts.statistics(network))) {
            float[] w = Layouts.initialWeights(network, layout, SEED);
            fill(weights.flat().length(), w, rounded, 1);
            weights.flat().write(0, w, 0, w.length);
            weights.refresh();
            try (Program program = Program.compile(network, weights, new Purpose(batch, true, true, true, precision))) {
                program.poison();
                var x = program.inputs().get(0).span();
                x.write(0, fill(x.length(), new float[x.length()], rounded, 2), 0, x.length());
                program.forward(SEED);
                float[] y = program.outputs().get(0).span().toArray();
                var dy = program.outputGradients().get(0).span();
                dy.write(0, fill(dy.length(), new float[dy.length()], rounded, 3), 0, dy.length());
                program.backward(bucket -> {});
                return new Step(
                        y,
                        program.gradients().span().toArray(),
                        program.inputGradients().get(0).span().toArray());
            }
        }
    }

    /** Numbers of about 1; with {@code rounded} such that bfloat16 holds. */
    private static float[] fill(int length, float[] into, boolean rounded, int stream) {
        RandomStream random = SEED.child("values").child(stream).stream();
        for (int i = 0; i < length; i++) {
            float value = random.nextFloat() - 0.5f;
            into[i] = rounded ? Math.round(value * 128) / 128f : value;
        }
        return into;
    }

    private static double error(float[] expected, float[] actual) {
        assertThat(actual).hasSameSizeAs(expected);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow((double) actual[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / size);
    }

    private static void assertClose(Network network, int batch, double bound, boolean rounded) {
        Step exact = run(network, batch, Precision.FLOAT32, rounded);
        Step rough = run(network, batch, Precision.BFLOAT16, rounded);
        assertThat(error(exact.y(), rough.y())).as("y").isLessThan(bound);
        assertThat(error(exact.dw(), rough.dw())).as("dw").isLessThan(bound);
        assertThat(error(exact.dx(), rough.dx())).as("dx").isLessThan(bound);
        if (!rounded) {
            // 2⁻⁸ is the most that a rounding changes; nothing at all would mean that nothing was rounded.
            assertThat(error(exact.y(), rough.y())).as("y").isGreaterThan(1e-4);
            assertThat(error(exact.dw(), rough.dw())).as("dw").isGreaterThan(1e-4);
            assertThat(error(exact.dx(), rough.dx())).as("dx").isGreaterThan(1e-4);
        }
    }

    /** All products and their sums are multiples of 2⁻¹⁴ that float32 holds. */
    @Test
    void sumsOfProductsOfWhatBfloat16HoldsAreRoundedOnceAndGradientsOfWeightsNever() {
        Network network = convolution(Conv2d.of(16, 32, 3).withPadding(1), Shape.of(16, 12, 12));
        Step exact = run(network, 4, Precision.FLOAT32, true);
        Step rough = run(network, 4, Precision.BFLOAT16, true);
        assertThat(rough.y()).containsExactly(nearest(exact.y()));
        assertThat(rough.dx()).containsExactly(nearest(exact.dx()));
        assertThat(rough.dw()).containsExactly(exact.dw());
    }

    /** The nearest values that bfloat16 holds, of two the even one. */
    private static float[] nearest(float[] values) {
        float[] nearest = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int bits = Float.floatToRawIntBits(values[i]);
            nearest[i] = Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000);
        }
        return nearest;
    }

    @Test
    void convolutionsOfEveryKindAreCloseToFloat32() {
        assertClose(convolution(Conv2d.of(3, 16, 3).withPadding(1), Shape.of(3, 12, 12)), 4, 5e-3, false);
        assertClose(convolution(Conv2d.of(16, 16, 3).withPadding(1), Shape.of(16, 12, 12)), 4, 5e-3, false);
        assertClose(convolution(Conv2d.of(32, 64, 1), Shape.of(32, 7, 7)), 4, 5e-3, false);
        assertClose(convolution(Conv2d.of(32, 64, 3).withStride(2), Shape.of(32, 9, 9)), 4, 5e-3, false);
        assertClose(convolution(Conv2d.of(5, 7, 3), Shape.of(5, 9, 9)), 3, 5e-3, false);
    }

    @Test
    void aConvolutionWhoseStepIsWiderThanTheImageReadsNothingButTheImage() {
        Conv2d layer = Conv2d.of(16, 16, 3).withStride(2).withPadding(1);
        assertClose(convolution(layer, Shape.of(16, 5, 1)), 2, 5e-3, false);
        assertClose(convolution(layer.withStride(3), Shape.of(16, 5, 2)), 2, 5e-3, false);
    }

    @Test
    void aFullyConnectedLayerIsCloseToFloat32() {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(96));
        assertClose(network.output(network.add("fc", Linear.of(96, 40), x)).build(), 8, 5e-3, false);
    }

    @Test
    void aNetworkOfSeveralLayersIsCloseToFloat32AndHasTheSameBitsAgain() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(3, 16, 16));
        x = builder.add("conv1", Conv2d.of(3, 16, 3).withoutBias(), x);
        x = builder.add("bn1", BatchNorm2d.of(16), x);
        x = builder.add("relu1", new Relu(), x);
        x = builder.add("conv2", Conv2d.of(16, 16, 3), x);
        x = builder.add("relu2", new Relu(), x);
        x = builder.add("fc", Linear.of(16 * 12 * 12, 10), builder.add("flatten", new Flatten(), x));
        Network network = builder.output(x).build();
        assertClose(network, 8, 0.05, false);
        Step once = run(network, 8, Precision.BFLOAT16, false);
        Step again = run(network, 8, Precision.BFLOAT16, false);
        assertThat(again.y()).containsExactly(once.y());
        assertThat(again.dw()).containsExactly(once.dw());
        assertThat(again.dx()).containsExactly(once.dx());
    }
}
