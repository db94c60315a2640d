package io.convoy.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.Property;
import io.convoy.engine.layer.HardAttention;
import io.convoy.engine.layer.HardAttention.Estimator;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HardAttentionTest {
    private static final Seed SEED = Property.seed(HardAttentionTest.class);

    private static Network network(Estimator estimator, Shape scores) {
        Network.Builder builder = Network.builder();
        Port y = builder.add("choice", new HardAttention(estimator), builder.input("scores", scores));
        return builder.output(y).output(new Port("choice", 1)).build();
    }

    private interface Use {
        void of(Program program);
    }

    private static void run(Network network, Purpose purpose, float[] scores, Use use) {
        try (Weights weights = new Weights(Layouts.parameters(network, 1), Layouts.statistics(network));
                Program program = Program.compile(network, weights, purpose)) {
            program.inputs().get(0).span().write(0, scores, 0, scores.length);
            use.of(program);
        }
    }

    private static double[] softmax(double[] scores) {
        double sum = Arrays.stream(scores).map(Math::exp).sum();
        return Arrays.stream(scores).map(score -> Math.exp(score) / sum).toArray();
    }

    /** Central differences. */
    private static double[] gradient(float[] scores, ToDoubleFunction<double[]> objective) {
        double[] gradient = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            double[] moved = new double[scores.length];
            Arrays.setAll(moved, k -> scores[k]);
            moved[i] += 1e-5;
            double above = objective.applyAsDouble(moved);
            moved[i] -= 2e-5;
            gradient[i] = (above - objective.applyAsDouble(moved)) / 2e-5;
        }
        return gradient;
    }

    private static float[] drawn(int count, RandomStream random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static int chosen(Program program) {
        float[] y = program.outputs().get(0).span().toArray();
        int place = 0;
        while (y[place] != 1) {
            place++;
        }
        float[] expected = new float[y.length];
        expected[place] = 1;
        assertThat(y).containsExactly(expected);
        return place;
    }

    /** The mean gradient of the scores over every outcome, each weighted by its probability. */
    private static double[] expectedGradient(
            Estimator estimator, float[] scores, float[] dy, IntToDoubleFunction logProbabilityGradient) {
        int places = scores.length;
        double[] exact = new double[places];
        Arrays.setAll(exact, i -> scores[i]);
        double[] p = softmax(exact);
        double[] mean = new double[places];
        boolean[] seen = new boolean[places];
        run(network(estimator, Shape.of(places)), new Purpose(1, true, true, true), scores, program -> {
            for (int seed = 0; !allOf(seen); seed++) {
                program.forward(new Seed(seed));
                int place = chosen(program);
                if (!seen[place]) {
                    seen[place] = true;
                    assertThat((double) program.outputs().get(1).span().get(0))
                            .isCloseTo(Math.log(p[place]), within(1e-6));
                    program.outputGradients().get(0).span().write(0, dy, 0, places);
                    program.outputGradients().get(1).span().set(0, (float) logProbabilityGradient.applyAsDouble(place));
                    program.backward(bucket -> {});
                    for (int i = 0; i < places; i++) {
                        mean[i] += p[place]
                                * program.inputGradients().get(0).span().get(i);
                    }
                }
            }
        });
        return mean;
    }

    private static boolean allOf(boolean[] seen) {
        for (boolean one : seen) {
            if (!one) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @EnumSource
    void theMeanOverAllOutcomesIsTheExactGradientOfALinearLoss(Estimator estimator) {
        RandomStream random = SEED.child("linear").stream();
        float[] scores = drawn(5, random);
        float[] loss = drawn(5, random);
        double[] mean = expectedGradient(estimator, scores, loss, place -> 0);
        double[] exact = gradient(scores, moved -> {
            double[] p = softmax(moved);
            double expectation = 0;
            for (int i = 0; i < p.length; i++) {
                expectation += p[i] * loss[i];
            }
            return expectation;
        });
        assertThat(mean).containsExactly(exact, within(1e-6));
    }

    @ParameterizedTest
    @EnumSource
    void aRewardThroughTheLogProbabilityGivesTheExactGradientWhateverTheReward(Estimator estimator) {
        RandomStream random = SEED.child("reward").stream();
        float[] scores = drawn(4, random);
        float[] reward = drawn(4, random);
        double baseline = random.nextGaussian();
        double[] mean = expectedGradient(estimator, scores, new float[4], place -> -(reward[place] - baseline));
        double[] exact = gradient(scores, moved -> {
            double[] p = softmax(moved);
            double loss = 0;
            for (int i = 0; i < p.length; i++) {
                loss -= p[i] * reward[i];
            }
            return loss;
        });
        assertThat(mean).containsExactly(exact, within(1e-6));
    }

    @Test
    void theStraightThroughGradientIsThatOfTheSoftChoiceForEachDraw() {
        RandomStream random = SEED.child("straight").stream();
        float[] scores = drawn(6, random);
        float[] dy = drawn(6, random);
        double[] soft = gradient(scores, moved -> {
            double[] p = softmax(moved);
            double sum = 0;
            for (int i = 0; i < p.length; i++) {
                sum += p[i] * dy[i];
            }
            return sum;
        });
        run(network(Estimator.STRAIGHT_THROUGH, Shape.of(6)), new Purpose(1, true, true, true), scores, program -> {
            for (int seed = 0; seed < 5; seed++) {
                program.forward(new Seed(seed));
                program.outputGradients().get(0).span().write(0, dy, 0, 6);
                program.outputGradients().get(1).span().set(0, 0);
                program.backward(bucket -> {});
                for (int i = 0; i < 6; i++) {
                    assertThat((double) program.inputGradients().get(0).span().get(i))
                            .isCloseTo(soft[i], within(1e-6));
                }
            }
        });
    }

    @Test
    void placesAreDrawnAsOftenAsTheyAreProbable() {
        int samples = 5000;
        double[] p = softmax(new double[] {0, 1, -1});
        float[] scores = new float[3 * samples];
        for (int i = 0; i < samples; i++) {
            scores[3 * i + 1] = 1;
            scores[3 * i + 2] = -1;
        }
        run(network(Estimator.REINFORCE, Shape.of(1, 3)), new Purpose(samples, true, false, false), scores, program -> {
            program.forward(SEED);
            float[] y = program.outputs().get(0).span().toArray();
            for (int place = 0; place < 3; place++) {
                double count = 0;
                for (int i = 0; i < samples; i++) {
                    count += y[3 * i + place];
                }
                // Five standard errors.
                assertThat(count / samples)
                        .isCloseTo(p[place], within(5 * Math.sqrt(p[place] * (1 - p[place]) / samples)));
            }
            program.forward(SEED);
            assertThat(program.outputs().get(0).span().toArray()).containsExactly(y);
            program.forward(SEED.child("another"));
            assertThat(program.outputs().get(0).span().toArray()).isNotEqualTo(y);
        });
    }

    @Test
    void inferenceTakesTheMostProbablePlaceAndTheFirstOfEquals() {
        float[] scores = {1, 3, 3, 2, 5, 4, 4, 4};
        run(network(Estimator.REINFORCE, Shape.of(1, 2, 2)), Purpose.inference(2), scores, program -> {
            program.forward();
            assertThat(program.outputs().get(0).span().toArray()).containsExactly(0, 1, 0, 0, 1, 0, 0, 0);
            double[] p = softmax(new double[] {1, 3, 3, 2});
            assertThat((double) program.outputs().get(1).span().get(0)).isCloseTo(Math.log(p[1]), within(1e-6));
        });
    }

    @Test
    void aCertainPlaceIsAlwaysDrawnHoweverFarTheScoresAreApart() {
        float[] scores = {-1e30f, 1000, -1000, Float.NEGATIVE_INFINITY};
        run(network(Estimator.REINFORCE, Shape.of(4)), new Purpose(1, true, false, false), scores, program -> {
            for (int seed = 0; seed < 50; seed++) {
                program.forward(new Seed(seed));
                assertThat(chosen(program)).isEqualTo(1);
                assertThat(program.outputs().get(1).span().get(0)).isZero();
            }
        });
    }

    @Test
    void itKeepsTheShapeAndSaysWhatDoesNotFit() {
        HardAttention layer = HardAttention.of();
        assertThat(layer).isEqualTo(new HardAttention(Estimator.STRAIGHT_THROUGH));
        assertThat(layer.outputs(List.of(Shape.of(3, 1, 4, 5)))).containsExactly(Shape.of(3, 1, 4, 5), Shape.of(3, 1));
        assertThatThrownBy(() -> layer.outputs(List.of(Shape.of(3))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("HardAttention[STRAIGHT_THROUGH] expects [N, …] with a score a sample or more, but its"
                        + " input is [3].");
        assertThatThrownBy(() -> new HardAttention(Estimator.REINFORCE).outputs(List.of(Shape.of(3, 0))))
                .hasMessage("HardAttention[REINFORCE] expects [N, …] with a score a sample or more, but its input is"
                        + " [3, 0].");
    }
}
