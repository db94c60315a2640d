package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FootprintTest {
    @ParameterizedTest
    @ValueSource(strings = {"lenet5", "resnet8"})
    void aPlanHasTheMemoryThatTheProgramsHave(String name) {
        Network network = Zoo.network(name, Shape.of(1, 28, 28), 10);
        Purpose training = Purpose.training(6);
        Purpose inference = Purpose.inference(5);
        Footprint planned = Footprint.of(network, List.of(training, inference));
        try (Weights weights = new Weights(Layouts.parameters(network, 2), Layouts.statistics(network));
                Program trained = Program.compile(network, weights, training);
                Program inferred = Program.compile(network, weights, inference)) {
            assertThat(planned.programs())
                    .containsExactly(
                            new Footprint.OfProgram(
                                    training, trained.slabBytes(), trained.bytes() - trained.slabBytes()),
                            new Footprint.OfProgram(
                                    inference, inferred.slabBytes(), inferred.bytes() - inferred.slabBytes()));
            assertThat(planned.weights()).isEqualTo(weights.bytes());
            assertThat(planned.programs().get(0).bytes()).isEqualTo(trained.bytes());
        }
    }
}
