package io.convoy.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.RandomShift;
import io.convoy.engine.data.Strokes;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Dropout2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.optim.Adam;
import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.schedule.Measurement;
import io.convoy.engine.schedule.ReduceOnPlateau;
import io.convoy.engine.schedule.ReduceOnPlateau.Metric;
import io.convoy.engine.schedule.ReduceOnPlateau.Mode;
import io.convoy.engine.schedule.ReduceOnPlateau.ThresholdMode;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.CifarResNet;
import io.convoy.engine.zoo.Lenet5;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A run is a function of its plan and its data: 7 leaves a step, of which the last is short, and a short last batch. */
class BitIdentityTest {
    private static final Shape IMAGE = Shape.of(1, 28, 28);
    private static final Seed SEED = new Seed(7);
    private static final int BATCH = 27;
    private static final int MICRO_BATCH = 4;

    private final InputPipeline train = new InputPipeline(
            Strokes.train(SEED, 5 * BATCH + 10),
            Preprocessing.unit(1),
            List.of(new RandomShift(1, RandomShift.Fill.ZERO)),
            SEED);
    private final InputPipeline test =
            new InputPipeline(Strokes.test(SEED, 150), Preprocessing.unit(1), List.of(), SEED);

    private static TrainingPlan plan(Network network, Optimizer optimizer, double rate) {
        return new TrainingPlan(
                network, new CrossEntropy(), optimizer, new Constant(rate), BATCH, MICRO_BATCH, 9, 3, SEED);
    }

    private static TrainingPlan lenet() {
        return plan(Lenet5.of(IMAGE, 10), Adam.defaults(), 0.001);
    }

    private static TrainingPlan resnet() {
        return plan(CifarResNet.of(IMAGE, 10, 8), Sgd.withMomentum(0.9, 5e-4), 0.05);
    }

    private ModelState fit(TrainingPlan plan, int cores) {
        return new LocalTrainer(plan, train, test, cores).fit(plan.initialState(), new Listener() {});
    }

    private static void assertSame(ModelState expected, ModelState actual) {
        assertThat(actual.version()).isEqualTo(expected.version());
        assertThat(actual.weights()).containsExactly(expected.weights());
        assertThat(actual.optimizerState()).isDeepEqualTo(expected.optimizerState());
        assertThat(actual.statistics()).containsExactly(expected.statistics());
    }

    @Test
    void lenetWithAdamHasTheSameBitsOnOneTwoAndThreeCores() {
        ModelState one = fit(lenet(), 1);
        assertThat(one.version()).isEqualTo(54);
        assertSame(one, fit(lenet(), 1));
        assertSame(one, fit(lenet(), 2));
        assertSame(one, fit(lenet(), 3));
    }

    @Test
    void residualNetworkWithMomentumHasTheSameBitsOnOneTwoAndThreeCores() {
        ModelState one = fit(resnet(), 1);
        assertSame(one, fit(resnet(), 2));
        assertSame(one, fit(resnet(), 3));
    }

    private static TrainingPlan dropping(double p) {
        Network.Builder builder = Network.builder();
        Port x = builder.add("conv", Conv2d.of(1, 4, 3).withStride(2), builder.input("x", IMAGE));
        x = builder.add("drop1", new Dropout2d(p), x);
        x = builder.add("flatten", new Flatten(), builder.add("relu", new Relu(), x));
        x = builder.add("drop2", Dropout.of(p), x);
        x = builder.add("fc", Linear.of(4 * 13 * 13, 10), x);
        return plan(builder.output(x).build(), Adam.defaults(), 0.001);
    }

    @Test
    void dropoutHasTheSameBitsOnOneTwoAndThreeCores() {
        ModelState one = fit(dropping(0.5), 1);
        assertSame(one, fit(dropping(0.5), 2));
        assertSame(one, fit(dropping(0.5), 3));
        assertThat(fit(dropping(0), 1).weights()).isNotEqualTo(one.weights());
    }

    private static TrainingPlan stylish() {
        Network.Builder builder = Network.builder();
        Port x = builder.add("conv", Conv2d.of(1, 4, 3).withStride(2), builder.input("x", IMAGE));
        x = builder.add("norm", InstanceNorm2d.of(4).withRunningStatistics(), x);
        x = builder.add("flatten", new Flatten(), builder.add("relu", new Relu(), x));
        x = builder.add("fc", Linear.of(4 * 13 * 13, 10), x);
        return plan(builder.output(x).build(), Adam.defaults(), 0.001);
    }

    @Test
    void statisticsOverInstancesHaveTheSameBitsOnOneTwoAndThreeCores() {
        ModelState one = fit(stylish(), 1);
        assertThat(one.statistics())
                .hasSize(8)
                .isNotEqualTo(stylish().initialState().statistics());
        assertSame(one, fit(stylish(), 2));
        assertSame(one, fit(stylish(), 3));
    }

    @Test
    void resumedRunHasTheBitsOfTheOneThatWasNotStopped() {
        ModelState whole = fit(resnet(), 2);
        LocalTrainer trainer = new LocalTrainer(resnet(), train, test, 2);
        ModelState stopped = trainer.fit(resnet().initialState(), 17, new Listener() {});
        assertThat(stopped.version()).isEqualTo(17);
        assertSame(whole, trainer.fit(stopped, new Listener() {}));
    }

    @Test
    void resumedRunReducesItsRateAsTheOneThatWasNotStopped() {
        TrainingPlan resnet = resnet();
        ReduceOnPlateau schedule =
                new ReduceOnPlateau(0.05, Metric.LOSS, Mode.MIN, 0.5, 1, 100, ThresholdMode.ABSOLUTE, 0, 0, 1e-8, 1);
        TrainingPlan plan = new TrainingPlan(
                resnet.network(), resnet.loss(), resnet.rule(), schedule, BATCH, MICRO_BATCH, 5, 3, SEED);
        LocalTrainer trainer = new LocalTrainer(plan, train, test, 2);
        Recorder whole = new Recorder();
        ModelState expected = trainer.fit(plan.initialState(), whole);
        assertThat(whole.rates)
                .containsExactlyElementsOf(Stream.of(0.05, 0.05, 0.05, 0.025, 0.025)
                        .flatMap(rate -> Stream.generate(() -> rate).limit(6))
                        .toList());
        Recorder first = new Recorder();
        ModelState stopped = trainer.fit(plan.initialState(), 20, first);
        assertThat(first.measurements).hasSize(3);
        assertSame(expected, trainer.fit(stopped, first.measurements, 30, new Listener() {}));
    }

    /** What a run tells. */
    private static final class Recorder implements Listener {
        private final List<Double> rates = new ArrayList<>();
        private final List<Measurement> measurements = new ArrayList<>();

        @Override
        public void step(StepReport report) {
            rates.add(report.learningRate());
        }

        @Override
        public void epoch(long epoch, Evaluation evaluation) {
            measurements.add(evaluation.measurement(epoch + 1));
        }
    }

    @Test
    void anotherMicroBatchGivesOtherBits() {
        TrainingPlan plan = lenet();
        TrainingPlan other =
                new TrainingPlan(plan.network(), plan.loss(), plan.rule(), plan.schedule(), BATCH, 5, 1, 3, SEED);
        assertThat(fit(other, 1).weights()).isNotEqualTo(fit(plan, 1).weights());
    }

    @Test
    void evaluationIsTheSameForEveryNumberOfCores() {
        List<List<Evaluation>> evaluations = new ArrayList<>();
        for (int cores = 1; cores <= 3; cores++) {
            List<Evaluation> seen = new ArrayList<>();
            TrainingPlan plan = lenet();
            new LocalTrainer(plan, train, test, cores).fit(plan.initialState(), 6, new Listener() {
                @Override
                public void epoch(long epoch, Evaluation evaluation) {
                    seen.add(evaluation);
                }
            });
            evaluations.add(seen);
        }
        Evaluation one = evaluations.get(0).get(0);
        assertThat(one.accuracy().count()).isEqualTo(150);
        assertThat(one.batchLosses()).hasSize(3);
        for (List<Evaluation> seen : evaluations) {
            assertThat(seen).hasSize(1);
            assertThat(seen.get(0).batchLosses()).isEqualTo(one.batchLosses());
            assertThat(seen.get(0).confusion().orElseThrow().toArray())
                    .isDeepEqualTo(one.confusion().orElseThrow().toArray());
        }
    }
}
