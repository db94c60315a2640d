package io.convoy.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.Formula;
import io.convoy.engine.data.Turn;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.loss.Batch;
import io.convoy.engine.network.Network;
import io.convoy.engine.optim.Update;
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
    @ValueSource(strings = {"LayerScale", "Cutout", "MultiMargin", "Lion", "OwnTraining"})
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
                accuracies.add(evaluation.confusion().orElseThrow().accuracy().value());
            }
        };
        ModelState one = OwnTraining.run(1, listener);
        ModelState two = OwnTraining.run(2, listener);
        assertThat(two.weights()).containsExactly(one.weights());
        assertThat(accuracies).hasSize(2);
        assertThat(accuracies.get(0)).isEqualTo(accuracies.get(1)).isGreaterThan(0.5);
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
            Turn turn = new Turn(0, new Seed(seed), new Seed(seed).stream());
            new Cutout(3).apply(image, Shape.of(2, 6, 5), turn);
            int black = 0;
            for (int i = 0; i < 30; i++) {
                assertThat(image[i]).isEqualTo(image[30 + i]);
                black += image[i] == 0 ? 1 : 0;
            }
            assertThat(black).isIn(4, 6, 9);
        }
        assertThatThrownBy(() -> new Cutout(0)).hasMessage("Cutout expects a side of at least 1, but it is 0.");
    }

    @Test
    void theLossCountsWhatComesWithinTheMargin() {
        MultiMargin loss = new MultiMargin(1);
        loss.check(List.of(Shape.of(4)), Shape.of());
        Batch batch = Batch.of(List.of(Shape.of(4)), Shape.of(), 2).withSamples(2);
        System.arraycopy(new float[] {9, 9, 9, 9, 2, 1.5f, 3, 0}, 0, batch.output(0), 0, 8);
        assertThat(loss.evaluate(batch, 1, 0.5)).isEqualTo((0.5 + 2) / 4);
        assertThat(Arrays.copyOfRange(batch.gradient(0), 4, 8)).containsExactly(-0.25f, 0.125f, 0.125f, 0);
        batch.targets()[1] = 4;
        assertThatThrownBy(() -> loss.evaluate(batch, 1, 0.5))
                .hasMessage("MultiMargin[margin=1.0] expects 0 to 3, but got 4.");
        assertThatThrownBy(() -> loss.check(List.of(Shape.of(4, 2)), Shape.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("MultiMargin[margin=1.0] expects one output of [N, classes] and a class for each sample,"
                        + " but a sample has outputs of [[4, 2]] and a target of [].");
    }

    @Test
    void theRuleStepsByTheSignOfItsMemory() {
        float[] w = {0, 1, 2, -3};
        float[] g = {7, 0.5f, -2, 0};
        float[][] state = {{7, 0, 1, -1}};
        new Lion(0.5, 0.75, 0.5).update(Update.of(3, 0.125), w, g, state, 1, 3);
        assertThat(w).containsExactly(0, 0.8125f, 2, -2.6875f);
        assertThat(state[0]).containsExactly(7, 0.125f, 0.25f, -0.75f);
        assertThatThrownBy(() -> new Lion(1, 0.99, 0))
                .hasMessage("Lion expects 0 ≤ beta1, beta2 < 1 and 0 ≤ decay, but they are 1.0, 0.99 and 0.0.");
    }
}
