package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A BatchNorm folded into the convolution in front of it gives what the two give one after the other. */
class FoldingTest {
    private static final Purpose ONE_BY_ONE = new Purpose(4, false, true, false);

    private static Network network(Conv2d convolution, BatchNorm2d norm) {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(convolution.in(), 6, 5));
        x = builder.add("conv", convolution, x);
        x = builder.add("bn", norm, x);
        return builder.output(builder.add("relu", new Relu(), x)).build();
    }

    private static void draw(Weights weights, long seed) {
        RandomStream random = new Seed(seed).stream();
        for (int i = 0; i < weights.flat().length(); i++) {
            weights.flat().set(i, (float) (0.1 * random.nextGaussian()));
        }
        weights.statisticsLayout().entries().forEach(entry -> {
            for (int c = 0; c < entry.channels(); c++) {
                weights.statistics().set(entry.offset() + c, (float) random.nextGaussian());
                weights.statistics().set(entry.varianceOffset() + c, random.nextFloat() + 0.1f);
            }
        });
        weights.refresh();
    }

    private static float[] run(Program program) {
        FloatSpan x = program.inputs().get(0).span();
        x.write(0, LayerRun.random(Shape.of(x.length()), 7), 0, x.length());
        program.forward(new Seed(1));
        return program.outputs().get(0).span().toArray();
    }

    private static void assertEqual(Program folded, Program apart) {
        float[] expected = run(apart);
        double[] wide = new double[expected.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = expected[i];
        }
        LayerRun.same("y", run(folded), wide, 2e-5);
    }

    @ParameterizedTest
    @CsvSource({
        "3,  16, 1, true,  true",
        "16, 24, 1, false, true",
        "8,  12, 4, true,  false",
        "16, 16, 16, false, true",
    })
    void itGivesWhatTheTwoGiveAlsoForNewWeights(int in, int out, int groups, boolean bias, boolean affine) {
        Conv2d convolution = Conv2d.of(in, out, 3).withPadding(1).withGroups(groups);
        Network network =
                network(bias ? convolution : convolution.withoutBias(), new BatchNorm2d(out, 1e-3, 0.1, affine));
        try (Weights weights = new Weights(Layouts.parameters(network, 1), Layouts.statistics(network));
                Program folded = Program.compile(network, weights, Purpose.inference(4));
                Program apart = Program.compile(network, weights, ONE_BY_ONE)) {
            for (int seed = 0; seed < 3; seed++) {
                draw(weights, seed);
                assertEqual(folded, apart);
            }
            try (Program later = Program.compile(network, weights, Purpose.inference(2))) {
                later.forward(new Seed(1));
                draw(weights, 5);
                assertEqual(folded, apart);
            }
        }
    }

    @Test
    void aConvolutionThatIsSharedIsFoldedForEachOfTheNormsBehindIt() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(16, 6, 5));
        Conv2d convolution = Conv2d.of(16, 16, 3).withPadding(1);
        x = builder.add("bn1", BatchNorm2d.of(16), builder.addSharing("conv1", "conv", convolution, x));
        x = builder.add("bn2", BatchNorm2d.of(16), builder.addSharing("conv2", "conv", convolution, x));
        Network network = builder.output(x).build();
        try (Weights weights = new Weights(Layouts.parameters(network, 1), Layouts.statistics(network));
                Program folded = Program.compile(network, weights, Purpose.inference(4));
                Program apart = Program.compile(network, weights, ONE_BY_ONE)) {
            draw(weights, 1);
            float[] first = run(folded);
            assertThat(run(folded)).isEqualTo(first);
            assertEqual(folded, apart);
        }
    }
}
