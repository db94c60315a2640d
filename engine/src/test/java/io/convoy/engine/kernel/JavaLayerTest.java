package io.convoy.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.ParameterSpec;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class JavaLayerTest {
    /** Two outputs: the input times a parameter a channel, and noise of the same shape. */
    private record ScaleAndNoise(int channels) implements JavaLayer {
        @Override
        public List<Shape> outputs(List<Shape> inputs) {
            return List.of(inputs.get(0), inputs.get(0));
        }

        @Override
        public List<ParameterSpec> parameters() {
            return List.of(new ParameterSpec("weight", Shape.of(channels), new Initializer.Constant(3)));
        }

        @Override
        public void forward(Pass pass) {
            float[] x = pass.x(0);
            float[] weight = pass.parameter("weight");
            int plane = x.length / pass.inputShape(0).size(0) / channels;
            RandomStream random = pass.random();
            for (int i = 0; i < x.length; i++) {
                pass.y(0)[i] = weight[i / plane % channels] * x[i];
                pass.y(1)[i] = random.nextFloat();
            }
        }

        @Override
        public void backward(Pass pass) {
            float[] x = pass.x(0);
            float[] weight = pass.parameter("weight");
            float[] gradient = pass.gradient("weight");
            int plane = x.length / pass.inputShape(0).size(0) / channels;
            RandomStream random = pass.random();
            for (int i = 0; i < x.length; i++) {
                int c = i / plane % channels;
                // The noise of the way forward is here again, and its gradient, which nobody gave, is zeros.
                assertThat(random.nextFloat()).isEqualTo(pass.y(1)[i]);
                assertThat(pass.dy(1)[i]).isZero();
                pass.dx(0)[i] = weight[c] * pass.dy(0)[i];
                gradient[c] += x[i] * pass.dy(0)[i];
            }
        }
    }

    @Test
    void aUsersLayerIsCompiledWithTheOthers() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(2, 1, 2));
        Port y = builder.add("own", new ScaleAndNoise(2), x);
        Network network = builder.output(y).output(new Port("own", 1)).build();
        try (Weights weights = new Weights(Layouts.parameters(network, 1), Layouts.statistics(network));
                Program program = Program.compile(network, weights, new Purpose(2, true, true, true))) {
            weights.flat().write(0, new float[] {3, 5}, 0, 2);
            weights.refresh();
            program.inputs().get(0).span().write(0, new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 0, 8);
            assertThatThrownBy(program::forward)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Node own expects a seed to draw from, but its program was run without one.");
            program.forward(new Seed(1));
            assertThat(program.outputs().get(0).span().toArray()).containsExactly(3, 6, 15, 20, 15, 18, 35, 40);
            float[] noise = program.outputs().get(1).span().toArray();
            program.outputGradients().get(0).span().write(0, new float[] {1, 1, 1, 1, 2, 2, 2, 2}, 0, 8);
            program.backward(bucket -> {});
            assertThat(program.inputGradients().get(0).span().toArray()).containsExactly(3, 3, 5, 5, 6, 6, 10, 10);
            float[] gradients = program.gradients().span().toArray();
            assertThat(List.of(gradients[0], gradients[1])).containsExactly(25f, 37f);
            program.forward(new Seed(2));
            assertThat(program.outputs().get(1).span().toArray()).isNotEqualTo(noise);
            program.forward(new Seed(1));
            assertThat(program.outputs().get(1).span().toArray()).isEqualTo(noise);
        }
    }
}
