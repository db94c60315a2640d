package io.convoy.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.layer.LearnedScalars;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalarsTest {
    @Test
    void everySampleGetsTheParameterAndTheParameterTheSumOfTheGradients() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(1, 2));
        Network network =
                builder.output(builder.add("s", new LearnedScalars(2), x)).build();
        try (Weights weights = new Weights(Layouts.parameters(network, 1), Layouts.statistics(network));
                Program program = Program.compile(network, weights, new Purpose(3, true, true, true))) {
            weights.flat().write(0, new float[] {7, -2}, 0, 2);
            weights.refresh();
            program.inputs().get(0).span().fill(Float.NaN);
            program.inputGradients().get(0).span().fill(5);
            program.forward();
            assertThat(program.outputs().get(0).span().toArray()).containsExactly(7, -2, 7, -2, 7, -2);
            for (int run = 0; run < 2; run++) {
                program.outputGradients().get(0).span().write(0, new float[] {1, 2, 3, 4, 5, 6}, 0, 6);
                program.backward(bucket -> {});
                assertThat(Arrays.copyOf(program.gradients().span().toArray(), 2))
                        .containsExactly(9, 12);
                assertThat(program.inputGradients().get(0).span().toArray()).containsOnly(0);
            }
        }
    }

    @Test
    void onlyTheBatchOfItsInputMatters() {
        LearnedScalars scalars = new LearnedScalars(4);
        assertThat(scalars.outputs(List.of(Shape.of(3, 1, 5, 5)))).containsExactly(Shape.of(3, 4));
        assertThatThrownBy(() -> scalars.outputs(List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("LearnedScalars[count=4] expects 1 input, but it got 0.");
        assertThatThrownBy(() -> new LearnedScalars(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("LearnedScalars expects count of at least 1, but count is 0.");
    }
}
