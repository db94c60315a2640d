package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.ThisCpu;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A BatchNorm without running statistics uses its batch's in inference, too. */
class UntrackedStatisticsTest {
    private static final BatchNorm2d LAYER = BatchNorm2d.of(3).withoutRunningStatistics();

    private static Network network() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(3, 2, 2));
        return builder.output(builder.add("bn", LAYER, x)).build();
    }

    @Test
    void inferenceIsWhatTrainingIs() {
        Shape shape = Shape.of(4, 3, 5, 2);
        float[] x = SingleLayer.values(shape, new Seed(1).stream());
        float[] dy = SingleLayer.values(shape, new Seed(2).stream());
        Map<String, float[]> parameters = Map.of("weight", new float[] {1, 2, 3}, "bias", new float[] {-1, 0, 1});
        SingleLayer.Result trained = SingleLayer.train(LAYER, List.of(shape), List.of(x), parameters, dy);
        SingleLayer.Result tracked = SingleLayer.train(BatchNorm2d.of(3), List.of(shape), List.of(x), parameters, dy);
        assertThat(trained.outputs().get(0)).isEqualTo(tracked.outputs().get(0));
        assertThat(trained.inputGradients().get(0))
                .isEqualTo(tracked.inputGradients().get(0));
        SingleLayer.Result inferred = SingleLayer.run(
                LAYER, new Purpose(4, false, true, true), new Seed(1), List.of(shape), List.of(x), parameters, dy);
        assertThat(inferred.outputs().get(0)).isEqualTo(trained.outputs().get(0));
        assertThat(inferred.inputGradients().get(0))
                .isEqualTo(trained.inputGradients().get(0));
        SingleLayer.Result onlyForward = SingleLayer.run(
                LAYER, Purpose.inference(4), new Seed(1), List.of(shape), List.of(x), parameters, new float[0]);
        assertThat(onlyForward.outputs().get(0)).isEqualTo(trained.outputs().get(0));
    }

    @Test
    void thereAreNoRunningStatistics() {
        Network network = network();
        assertThat(network.batchNorms()).isEmpty();
        assertThat(network.mixesSamples()).isTrue();
        assertThat(Layouts.statistics(network).length()).isZero();
        Network.Builder tracked = Network.builder();
        tracked.output(tracked.add("bn", BatchNorm2d.of(3), tracked.input("x", Shape.of(3, 2, 2))));
        assertThat(tracked.build().mixesSamples()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aShortBatchIsNotFilledUp(Precision precision) {
        ThisCpu.assumeComputes(precision);
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(3, 2, 2));
        x = builder.add("conv", Conv2d.of(3, 3, 1).withoutBias(), x);
        Network network = builder.output(builder.add("bn", LAYER, x)).build();
        Shape shape = Shape.of(4, 3, 2, 2);
        float[] four = SingleLayer.values(shape, new Seed(3).stream());
        try (Weights weights = new Weights(Layouts.parameters(network, 1), Layouts.statistics(network));
                Inference inference = new Inference(network, weights, 4, precision);
                Inference exact = new Inference(network, weights, 2, precision)) {
            float[] drawn = SingleLayer.values(Shape.of(weights.flat().length()), new Seed(4).stream());
            weights.flat().write(0, drawn, 0, drawn.length);
            weights.refresh();
            float[] scores = new float[48];
            float[] expected = new float[24];
            for (int i = 0; i < 4; i++) {
                inference.put(i, four, 12 * i);
            }
            inference.run(4, scores, 0);
            float[] whole = scores.clone();
            inference.run(2, scores, 0);
            exact.put(0, four, 0);
            exact.put(1, four, 12);
            exact.run(2, expected, 0);
            assertThat(Arrays.copyOf(scores, 24)).isEqualTo(expected);
            inference.run(4, scores, 0);
            assertThat(scores).isEqualTo(whole);
        }
    }
}
