package io.convoy.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.Formula;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.network.Network;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.train.Evaluation;
import io.convoy.engine.train.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/extending.md shows. Nothing here may use what isn't public. */
class ExtendingTest {
    @ParameterizedTest
    @ValueSource(strings = {"LayerScale", "Cutout", "OwnTraining"})
    void thePageShowsJustWhatIsCompiledHere(String name) throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/convoy/own/" + name + ".java"));
        String shown = source.substring(source.indexOf("import "));
        assertThat(Files.readString(Path.of("../docs/extending.md"))).contains("```java\n" + shown + "```\n");
    }

    @Test
    void aNetworkWithOwnPartsLearnsTheSameOnAnyNumberOfCores() {
        List<Double> accuracies = new ArrayList<>();
        Listener listener = new Listener() {
            @Override
            public void epoch(long epoch, Evaluation evaluation) {
                accuracies.add(evaluation.confusion().accuracy().value());
            }
        };
        ModelState one = OwnTraining.run(1, listener);
        ModelState two = OwnTraining.run(2, listener);
        assertThat(two.weights()).containsExactly(one.weights());
        assertThat(accuracies).hasSize(2);
        assertThat(accuracies.get(0)).isEqualTo(accuracies.get(1)).isGreaterThan(0.6);
    }

    @Test
    void theLayerFollowsItsFormula() {
        Network.Builder builder = Network.builder();
        Network network = builder.output(builder.add("scale", new LayerScale(3), builder.input("x", Shape.of(3, 2, 2))))
                .build();
        Formula formula = (inputs, parameters) -> {
            double[] y = inputs.get(0).clone();
            for (int i = 0; i < y.length; i++) {
                y[i] *= parameters.of("scale.weight")[i / 4 % 3];
            }
            return List.of(y);
        };
        formula.holdsFor(network, 2, new Seed(1));
        assertThatThrownBy(() -> new LayerScale(3).outputs(List.of(Shape.of(2, 3))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("LayerScale[channels=3] expects [N, 3, H, W], but its input is [2, 3].");
    }

    @Test
    void theAugmentationMakesASquareBlackAndNothingElse() {
        for (int seed = 0; seed < 50; seed++) {
            float[] image = new float[2 * 6 * 5];
            Arrays.fill(image, 1);
            new Cutout(3).apply(image, Shape.of(2, 6, 5), new Seed(seed).stream());
            int black = 0;
            for (int i = 0; i < 30; i++) {
                assertThat(image[i]).isEqualTo(image[30 + i]);
                black += image[i] == 0 ? 1 : 0;
            }
            assertThat(black).isIn(4, 6, 9);
        }
        assertThatThrownBy(() -> new Cutout(0)).hasMessage("Cutout expects a side of at least 1, but it is 0.");
    }
}
