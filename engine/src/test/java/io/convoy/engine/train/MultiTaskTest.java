package io.convoy.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.data.DataException;
import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.MemoryDataset;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.LearnedScalars;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.loss.Loss;
import io.convoy.engine.loss.SmoothL1;
import io.convoy.engine.loss.Task;
import io.convoy.engine.loss.UncertaintyWeighted;
import io.convoy.engine.loss.WeightedSum;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A network with two heads learns from a target vector: how gray an image is, and where its spot. */
class MultiTaskTest {
    private static final Seed SEED = new Seed(11);
    private static final Shape IMAGE = Shape.of(1, 8, 8);
    private static final int CLASSES = 3;

    /** A bright square on one of three grays; the target is [gray, row, column], places from 0 to 1. */
    private record Spots(int size) implements Dataset {
        @Override
        public String name() {
            return "spots";
        }

        @Override
        public Shape sampleShape() {
            return IMAGE;
        }

        @Override
        public int classes() {
            return CLASSES;
        }

        @Override
        public int label(int index) {
            return index % CLASSES;
        }

        @Override
        public Shape targetShape() {
            return Shape.of(3);
        }

        private static int place(int index, int axis) {
            RandomStream random = SEED.child("spot").child(index).child(axis).stream();
            return random.nextInt(3);
        }

        @Override
        public void readTarget(int index, float[] target, int offset) {
            target[offset] = label(index);
            target[offset + 1] = place(index, 0) / 2f;
            target[offset + 2] = place(index, 1) / 2f;
        }

        @Override
        public void read(int index, byte[] pixels) {
            Arrays.fill(pixels, (byte) (60 * label(index)));
            int corner = 8 * 3 * place(index, 0) + 3 * place(index, 1);
            for (int i = 0; i < 4; i++) {
                pixels[corner + i / 2 * 8 + i % 2] = (byte) 255;
            }
        }
    }

    private final InputPipeline data = new InputPipeline(new Spots(100), Preprocessing.unit(1), List.of(), SEED);

    private static final Task KIND = Task.of(new CrossEntropy(), 0, 0, Shape.of());
    private static final Task PLACE = Task.of(new SmoothL1(), 1, 1, Shape.of(2)).withWeight(4);

    private static TrainingPlan plan(Loss loss, boolean learned) {
        Network.Builder network = Network.builder();
        Port image = network.input("image", IMAGE);
        Port x = network.add("conv", Conv2d.of(1, 4, 3), image);
        x = network.add("trunk", Linear.of(144, 24), network.add("flat", new Flatten(), x));
        x = network.add("relu", new Relu(), x);
        network.output(network.add("kind", Linear.of(24, CLASSES), x));
        network.output(network.add("place", Linear.of(24, 2), x));
        if (learned) {
            network.output(network.add("variances", new LearnedScalars(2), image));
        }
        return new TrainingPlan(
                network.build(),
                loss,
                // A task without noise weighs ever more: small steps keep it from running away.
                Sgd.withMomentum(learned ? 0 : 0.9, 0),
                new Constant(0.03),
                20,
                4,
                15,
                2,
                SEED);
    }

    private ModelState fit(TrainingPlan plan, int cores, List<Evaluation> evaluations, List<StepReport> reports) {
        return new LocalTrainer(plan, data, data, cores).fit(plan.initialState(), new Listener() {
            @Override
            public void epoch(long epoch, Evaluation evaluation) {
                evaluations.add(evaluation);
            }

            @Override
            public void step(StepReport report) {
                reports.add(report);
            }
        });
    }

    private ModelState learns(TrainingPlan plan, double loss, double accuracy) {
        List<Evaluation> evaluations = new ArrayList<>();
        List<StepReport> reports = new ArrayList<>();
        ModelState one = fit(plan, 1, evaluations, reports);
        Evaluation first = evaluations.get(0);
        Evaluation last = evaluations.get(evaluations.size() - 1);
        assertThat(last.loss()).isLessThan(loss * first.loss());
        assertThat(last.loss())
                .isCloseTo(last.losses().stream().mapToDouble(term -> term).sum(), within(1e-15));
        assertThat(last.accuracy().value()).isGreaterThan(accuracy);
        assertThat(last.accuracy().count()).isEqualTo(100);
        List<StepReport> others = new ArrayList<>();
        List<Evaluation> otherEvaluations = new ArrayList<>();
        ModelState two = fit(plan, 2, otherEvaluations, others);
        assertThat(two.weights()).containsExactly(one.weights());
        for (int step = 0; step < reports.size(); step++) {
            assertThat(others.get(step).leafLosses())
                    .isEqualTo(reports.get(step).leafLosses());
            assertThat(others.get(step).normalizers())
                    .isEqualTo(reports.get(step).normalizers());
        }
        assertThat(otherEvaluations.get(14).losses()).isEqualTo(last.losses());
        return one;
    }

    @Test
    void twoHeadsLearnTogetherWithTheSameBitsOnOneAndTwoCores() {
        TrainingPlan plan = plan(WeightedSum.of(KIND, PLACE), false);
        learns(plan, 0.5, 0.8);
        List<StepReport> reports = new ArrayList<>();
        fit(plan, 1, new ArrayList<>(), reports);
        // A class each, and two numbers for the place.
        assertThat(reports.get(0).normalizers()).containsExactly(20.0, 40.0);
        assertThat(reports.get(0).leafLosses()).hasSize(5).allMatch(terms -> terms.size() == 2);
    }

    @Test
    void aTasksUncertaintyIsLearnedWithTheRest() {
        TrainingPlan plan = plan(UncertaintyWeighted.of(KIND, PLACE.withWeight(1)), true);
        ModelState state = learns(plan, 1, 0.3);
        int at = plan.parameters().entry("variances.value").offset();
        // Places are found within less than 1, so their logarithm goes down from 0, and further than that of the
        // classes.
        assertThat(state.weights()[at]).isNotZero();
        assertThat(state.weights()[at + 1]).isNegative().isLessThan(state.weights()[at]);
    }

    @Test
    void aLossForOneOutputDoesNotFollowANetworkWithTwo() {
        assertThatThrownBy(() -> new ReplicaPool(plan(new CrossEntropy(), false), data, 1))
                .hasMessage("CrossEntropy expects a network with 1 output, but it has 2. Maybe a WeightedSum of several"
                        + " losses is meant.");
    }

    @Test
    void aCopyInMemoryDoesNotForgetTargetsWithoutAWord() {
        assertThatThrownBy(() -> MemoryDataset.copyOf(new Spots(3), 1))
                .isInstanceOf(DataException.class)
                .hasMessage("MemoryDataset expects samples with a label alone, but the targets of spots are [3].");
    }

    /** Without classes there is nothing to confuse. */
    private record Brightness(int size) implements Dataset {
        @Override
        public String name() {
            return "brightness";
        }

        @Override
        public Shape sampleShape() {
            return IMAGE;
        }

        @Override
        public int classes() {
            return 0;
        }

        @Override
        public int label(int index) {
            throw new UnsupportedOperationException("brightness has no labels");
        }

        @Override
        public void readTarget(int index, float[] target, int offset) {
            target[offset] = index % 10 / 10f;
        }

        @Override
        public void read(int index, byte[] pixels) {
            Arrays.fill(pixels, (byte) (index % 10 * 25));
        }
    }

    @Test
    void aNetworkThatScoresNoClassesIsEvaluatedByItsLossAlone() {
        InputPipeline brightness = new InputPipeline(new Brightness(70), Preprocessing.unit(1), List.of(), SEED);
        Network.Builder network = Network.builder();
        Port x = network.add("flat", new Flatten(), network.input("image", IMAGE));
        Network linear = network.output(network.add("fc", Linear.of(64, 1), x)).build();
        TrainingPlan plan = new TrainingPlan(
                linear, new SmoothL1(), Sgd.withMomentum(0, 0), new Constant(0.02), 10, 5, 20, 1, SEED);
        List<Evaluation> evaluations = new ArrayList<>();
        new LocalTrainer(plan, brightness, brightness, 2).fit(plan.initialState(), new Listener() {
            @Override
            public void epoch(long epoch, Evaluation evaluation) {
                evaluations.add(evaluation);
            }
        });
        Evaluation last = evaluations.get(19);
        assertThat(last.confusion()).isEmpty();
        assertThat(last.accuracy().count()).isZero();
        assertThat(last.batchWeights()).containsExactly(List.of(64.0), List.of(6.0));
        assertThat(last.loss()).isLessThan(0.01);
    }
}
