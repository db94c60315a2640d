package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How BatchNorm's input lies where its channels fill no blocks, as the groups of ShuffleNet don't. */
class BatchNormLayoutTest {
    @ParameterizedTest
    @ValueSource(ints = {3, 48, 60, 120})
    void nothingRunsOnTheSlowReference(int channels) {
        Shape shape = Shape.of(4, channels, 5, 5);
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", shape.sample());
        x = builder.add("conv", Conv2d.of(channels, channels, 1).withGroups(3).withoutBias(), x);
        x = builder.add("bn", BatchNorm2d.of(channels).withoutRunningStatistics(), x);
        Network network = builder.output(x).build();
        float[] parameters =
                LayerRun.random(Shape.of(Layouts.parameters(network, 1).length()), 1);
        LayerRun run = LayerRun.of(
                network, 4, parameters, List.of(LayerRun.random(shape, 2)), List.of(LayerRun.random(shape, 3)));
        assertThat(run.slow()).as(run.log()).isFalse();
    }
}
