package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import org.junit.jupiter.api.Test;

/** Instance normalisation with running statistics, beside numbers of libtorch 2.10 for pixels (7i) mod 11. */
class InstanceStatisticsTest {
    private static final InstanceNorm2d LAYER = InstanceNorm2d.of(2).withRunningStatistics();
    private static final int BATCH = 3;

    private static Network network(Shape sample) {
        Network.Builder builder = Network.builder();
        return builder.output(builder.add("in", LAYER, builder.input("x", sample)))
                .build();
    }

    private static float[] pixels() {
        float[] x = new float[BATCH * 2 * 2 * 3];
        for (int i = 0; i < x.length; i++) {
            x[i] = i * 7 % 11;
        }
        return x;
    }

    private static void close(float[] actual, float... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i])
                    .as("number %d", i)
                    .isCloseTo(expected[i], within(2e-6f * Math.max(1, Math.abs(expected[i]))));
        }
    }

    @Test
    void aStepMovesThemByTheMeansOverTheSamples() {
        Network network = network(Shape.of(2, 2, 3));
        StatisticsLayout layout = Layouts.statistics(network);
        try (Weights weights = new Weights(Layouts.parameters(network, 1), layout);
                Program program = Program.compile(network, weights, Purpose.training(BATCH))) {
            program.inputs().get(0).span().write(0, pixels(), 0, pixels().length);
            program.batchStatistics().span().fill(Float.NaN);
            program.forward();
            close(
                    program.outputs().get(0).span().toArray(),
                    -1.3930514f,
                    0.6965258f,
                    -0.4975183f,
                    1.5920589f,
                    0.39801478f);
            float[] running = {0.5f, -1, 1, 2};
            layout.update(running, program.batchStatistics().span().toArray(), 0, BATCH);
            close(running, 1.0055555f, -0.48333332f, 2.0266666f, 2.9144442f);
        }
    }

    @Test
    void inferenceUsesThem() {
        Network network = network(Shape.of(2, 2, 3));
        try (Weights weights = new Weights(Layouts.parameters(network, 1), Layouts.statistics(network));
                Program program = Program.compile(network, weights, Purpose.inference(BATCH))) {
            weights.statistics().write(0, new float[] {1.0055555f, -0.48333332f, 2.0266666f, 2.9144442f}, 0, 4);
            weights.refresh();
            program.inputs().get(0).span().write(0, pixels(), 0, pixels().length);
            program.forward();
            close(
                    program.outputs().get(0).span().toArray(),
                    -0.70634f,
                    4.2107234f,
                    1.4009728f,
                    6.3180366f,
                    3.5082858f,
                    0.69853526f,
                    5.554979f,
                    3.2119298f,
                    0.8688807f,
                    4.9692163f,
                    2.6261675f,
                    0.28311843f,
                    4.2107234f);
        }
    }

    /** One instance of mean 1.5 and unbiased variance ½, and one of 6.5 and 5/3. */
    @Test
    void usesThatShareThemCountByTheirInstances() {
        Network.Builder builder = Network.builder();
        InstanceNorm2d layer = InstanceNorm2d.of(1).withRunningStatistics();
        Port a = builder.add("in", layer, builder.input("left", Shape.of(1, 1, 2)));
        Port b = builder.addSharing("again", "in", layer, builder.input("right", Shape.of(1, 2, 2)));
        Network siamese = builder.output(a).output(b).build();
        try (Weights weights = new Weights(Layouts.parameters(siamese, 1), Layouts.statistics(siamese));
                Program program = Program.compile(siamese, weights, Purpose.training(1))) {
            program.inputs().get(0).span().write(0, new float[] {1, 2}, 0, 2);
            program.inputs().get(1).span().write(0, new float[] {5, 6, 7, 8}, 0, 4);
            program.forward();
            close(program.batchStatistics().span().toArray(), 4, (0.5f + 5 / 3f) / 2);
        }
    }

    @Test
    void onePixelHasNoVarianceToTrack() {
        Network network = network(Shape.of(2, 1, 1));
        try (Weights weights = new Weights(Layouts.parameters(network, 1), Layouts.statistics(network))) {
            Program.compile(network, weights, Purpose.inference(BATCH)).close();
            assertThatThrownBy(() -> Program.compile(network, weights, Purpose.training(BATCH)))
                    .isInstanceOf(ShapeException.class)
                    .hasMessage("InstanceNorm2d[channels=2] expects more than one pixel where it trains with running"
                            + " statistics, since one has no variance, but its input is [3, 2, 1, 1].");
        }
    }
}
