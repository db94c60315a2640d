package io.convoy.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.loss.Loss;
import io.convoy.engine.loss.Reduction;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a batch's loss is divided by: the same for every way of dealing its leaves. */
class NormalizersTest {
    private static final Seed SEED = new Seed(3);
    private static final Shape IMAGE = Shape.of(1, 2, 2);
    private static final int CLASSES = 3;
    private static final int BATCH = 7;

    /** Pixels count up; the labels are given. */
    private record Labelled(List<Integer> labels) implements Dataset {
        @Override
        public String name() {
            return "labelled";
        }

        @Override
        public int size() {
            return labels.size();
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
            return labels.get(index);
        }

        @Override
        public void read(int index, byte[] pixels) {
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (byte) (7 * index + i);
            }
        }
    }

    private static InputPipeline data(Integer... labels) {
        return new InputPipeline(new Labelled(List.of(labels)), Preprocessing.unit(1), List.of(), SEED);
    }

    private static TrainingPlan plan(Loss loss) {
        Network.Builder network = Network.builder();
        Port x = network.add("flat", new Flatten(), network.input("x", IMAGE));
        Network linear =
                network.output(network.add("fc", Linear.of(4, CLASSES), x)).build();
        return new TrainingPlan(linear, loss, Sgd.withMomentum(0, 0), new Constant(0.1), BATCH, 2, 1, 1, SEED);
    }

    private static List<StepReport> steps(TrainingPlan plan, InputPipeline data, int cores) {
        List<StepReport> reports = new ArrayList<>();
        new LocalTrainer(plan, data, data, cores).fit(plan.initialState(), new Listener() {
            @Override
            public void step(StepReport report) {
                reports.add(report);
            }
        });
        return reports;
    }

    @Test
    void theMeanIsOverTheWeightsOfTheTargetsThatCountInTheWholeBatch() {
        InputPipeline data = data(0, 1, -100, 2, 2, -100, 1);
        Loss loss = new CrossEntropy().withClassWeights(List.of(0.5, 2.0, 4.0));
        for (int cores = 1; cores <= 2; cores++) {
            StepReport report = steps(plan(loss), data, cores).get(0);
            assertThat(report.normalizers()).containsExactly(0.5 + 2 + 4 + 4 + 2);
            assertThat(report.leafLosses()).hasSize(4);
        }
        assertThat(steps(plan(new CrossEntropy().withReduction(Reduction.SUM)), data, 1)
                        .get(0)
                        .normalizers())
                .containsExactly(1.0);
        assertThat(steps(plan(new CrossEntropy().withReduction(Reduction.BATCH_MEAN)), data, 1)
                        .get(0)
                        .normalizers())
                .containsExactly(7.0);
    }

    @Test
    void evaluationDividesOnceByTheWeightsOfAllBatches() {
        Integer[] labels = new Integer[Evaluation.BATCH + 5];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 4 == 3 ? -100 : i % 4;
        }
        InputPipeline data = data(labels);
        TrainingPlan plan = plan(new CrossEntropy());
        try (ReplicaPool pool = new ReplicaPool(plan, data, 2)) {
            pool.load(plan.initialState());
            Evaluation evaluation = pool.evaluate(data, new LeafRange(0, 2));
            assertThat(evaluation.batchWeights()).containsExactly(List.of(48.0), List.of(4.0));
            double sum = evaluation.batchLosses().get(0).get(0)
                    + evaluation.batchLosses().get(1).get(0);
            assertThat(evaluation.loss()).isEqualTo(sum / 52);
            // A sample without a class is neither right nor wrong.
            assertThat(evaluation.accuracy().count()).isEqualTo(52);
        }
    }

    @Test
    void aMeanOfIgnoredTargetsStopsTrainingAndASumOfThemIsZero() {
        InputPipeline data = data(-100, -100, -100, -100, -100, -100, -100);
        assertThatThrownBy(() -> steps(plan(new CrossEntropy()), data, 1))
                .isInstanceOf(TrainingException.class)
                .hasMessage(
                        "Step 0 expects targets that count, but those of its 7 samples weigh 0.0 together. Maybe all"
                                + " of them are ignored, or the batch is too small.");
        TrainingPlan sum = plan(new CrossEntropy().withReduction(Reduction.SUM));
        assertThat(steps(sum, data, 2).get(0).leafLosses()).allMatch(List.of(0.0)::equals);
        TrainingPlan mean = plan(new CrossEntropy());
        try (ReplicaPool pool = new ReplicaPool(mean, data, 1)) {
            pool.load(mean.initialState());
            assertThat(pool.evaluate(data, new LeafRange(0, 1)).loss()).isNaN();
        }
    }

    @Test
    void aTargetThatTheLossDoesNotKnowIsToldWithItsSample() {
        InputPipeline data = data(0, 1, 2, 3, 0, 1, 2);
        String message = "CrossEntropy expects targets from 0 to 2, but a target is 3. Maybe the network has too few"
                + " outputs.";
        assertThatThrownBy(() -> steps(plan(new CrossEntropy()), data, 1))
                .isInstanceOf(TrainingException.class)
                .hasMessage("Sample 3 of labelled can't be learned from. " + message);
        // Where targets are not weighed, the leaf finds it.
        assertThatThrownBy(() -> steps(plan(new CrossEntropy().withReduction(Reduction.SUM)), data, 2))
                .isInstanceOf(TrainingException.class)
                .hasMessage(message);
    }

    @Test
    void twiceTheWeightOfEveryClassChangesNotABit() {
        InputPipeline data = data(0, 1, -100, 2, 2, -100, 1);
        TrainingPlan plain = plan(new CrossEntropy());
        TrainingPlan doubled = plan(new CrossEntropy().withClassWeights(List.of(2.0, 2.0, 2.0)));
        float[] start = plain.initialState().weights();
        float[] weights = new LocalTrainer(plain, data, data, 1)
                .fit(plain.initialState(), new Listener() {})
                .weights();
        assertThat(weights).isNotEqualTo(start);
        assertThat(new LocalTrainer(doubled, data, data, 2)
                        .fit(doubled.initialState(), new Listener() {})
                        .weights())
                .containsExactly(weights);
    }
}
