package io.convoy.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.Strokes;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.optim.Adam;
import io.convoy.engine.optim.AdamW;
import io.convoy.engine.optim.Adamax;
import io.convoy.engine.optim.Lamb;
import io.convoy.engine.optim.Lars;
import io.convoy.engine.optim.NAdam;
import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.RmsProp;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.schedule.Cyclic;
import io.convoy.engine.schedule.Schedule;
import io.convoy.engine.schedule.Sequential;
import io.convoy.engine.schedule.StepDecay;
import io.convoy.engine.schedule.Unit;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Lenet5;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingPlanTest {
    private static final int SAMPLES = 145;

    private static TrainingPlan plan(Network network, int batch, int microBatch, int epochs, int shards) {
        return new TrainingPlan(
                network,
                new CrossEntropy(),
                Sgd.withMomentum(0.9, 0),
                new StepDecay(1, 1, 0.5, Unit.EPOCH),
                batch,
                microBatch,
                epochs,
                shards,
                new Seed(3));
    }

    private static TrainingPlan plan(int batch, int microBatch, int epochs, int shards) {
        return plan(Lenet5.of(Shape.of(1, 28, 28), 10), batch, microBatch, epochs, shards);
    }

    private static void refused(Runnable construction, String message) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void impossiblePlansAreRefused() {
        String sizes = "TrainingPlan expects 1 ≤ microBatch ≤ batch, but microBatch is ";
        refused(() -> plan(0, 1, 1, 1), sizes + "1 and batch is 0.");
        refused(() -> plan(4, 0, 1, 1), sizes + "0 and batch is 4.");
        refused(() -> plan(4, 5, 1, 1), sizes + "5 and batch is 4.");
        String counts = "TrainingPlan expects epochs ≥ 0 and shards ≥ 1, but epochs is ";
        refused(() -> plan(4, 4, -1, 1), counts + "-1 and shards is 1.");
        refused(() -> plan(4, 4, 1, 0), counts + "1 and shards is 0.");
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(2));
        network.input("y", Shape.of(2));
        Network twoInputs = network.output(x).build();
        refused(
                () -> plan(twoInputs, 4, 4, 1, 1),
                "TrainingPlan expects a network with 1 input and at least 1 output, but it has 2 and 1.");
    }

    @Test
    void networkLossAndDataHaveToFit() {
        Dataset strokes = Strokes.train(new Seed(1), 1);
        Network.Builder maps = Network.builder();
        Network featureMaps = maps.output(maps.input("x", Shape.of(1, 28, 28))).build();
        assertThatThrownBy(() -> plan(featureMaps, 4, 4, 1, 1).requireFits(strokes))
                .isInstanceOf(ShapeException.class)
                .hasMessageStartingWith("CrossEntropy expects targets of [28, 28], a class for each position");
        Network.Builder wide = Network.builder();
        Network wideImages = wide.output(wide.input("x", Shape.of(1, 28, 30))).build();
        assertThatThrownBy(() -> plan(wideImages, 4, 4, 1, 1).requireFits(strokes))
                .isInstanceOf(TrainingException.class)
                .hasMessage(
                        "The network expects images of [1, 28, 30], but those of strokes-train are [1, 28, 28]. Maybe"
                                + " the data set or the network is another.");
    }

    @Test
    void anEpochEndsWithAShortBatch() {
        TrainingPlan plan = plan(27, 4, 3, 1);
        assertThat(plan.stepsPerEpoch(SAMPLES)).isEqualTo(6);
        assertThat(plan.steps(SAMPLES)).isEqualTo(18);
        int position = 0;
        for (long step = 0; step < 18; step++) {
            StepPlan one = plan.step(step, SAMPLES);
            assertThat(plan.epoch(step, SAMPLES)).isEqualTo(step / 6);
            assertThat(plan.firstPosition(step, SAMPLES)).isEqualTo(position);
            assertThat(one.step()).isEqualTo(step);
            assertThat(one.samples()).isEqualTo(step % 6 == 5 ? 10 : 27);
            assertThat(one.leaves()).isEqualTo(step % 6 == 5 ? 3 : 7);
            assertThat(one.samples(new LeafRange(one.leaves() - 1, one.leaves())))
                    .isEqualTo(step % 6 == 5 ? 2 : 3);
            assertThat(one.learningRate()).isEqualTo(step < 6 ? 1 : step < 12 ? 0.5 : 0.25);
            position = (position + one.samples()) % SAMPLES;
        }
    }

    @Test
    void aStepHasTheMomentumOfItsSchedule() {
        TrainingPlan plan = plan(27, 4, 3, 1);
        assertThat(plan.step(7, SAMPLES).momentum()).isNaN();
        TrainingPlan cycling = new TrainingPlan(
                plan.network(),
                plan.loss(),
                plan.rule(),
                Cyclic.triangular(0.1, 0.5, 4, Unit.STEP),
                27,
                4,
                3,
                1,
                plan.seed());
        assertThat(cycling.step(2, SAMPLES)).isEqualTo(new StepPlan(2, 27, 4, 0.30000000000000004, 0.8500000000000001));
    }

    @Test
    void aMomentumThatTheRuleDoesNotTakeIsRefused() {
        TrainingPlan plan = plan(27, 4, 3, 1);
        Schedule cyclic = Cyclic.triangular(0.1, 0.5, 4, Unit.STEP);
        String message =
                "TrainingPlan expects an optimiser with a momentum, which its schedule sets, but Sgd[momentum=0.0,"
                        + " dampening=0.0, weightDecay=0.0, nesterov=false] has none. Maybe give it one, or let the schedule leave"
                        + " it alone.";
        refused(() -> scheduled(plan, Sgd.withMomentum(0, 0), cyclic), message);
        Schedule later = new Sequential(List.of(new Constant(0.1), cyclic), List.of(2L), Unit.STEP);
        TrainingPlan patient = scheduled(plan, Sgd.withMomentum(0, 0), later);
        assertThat(patient.step(1, SAMPLES).momentum()).isNaN();
        refused(() -> patient.step(2, SAMPLES), message);
        for (Optimizer rule : List.of(
                Sgd.withMomentum(0.9, 0),
                Adam.defaults(),
                AdamW.defaults(),
                Adamax.defaults(),
                NAdam.defaults(),
                Lars.defaults(),
                Lamb.defaults(),
                new RmsProp(0.99, 1e-8, 0, 0.5, false))) {
            assertThat(scheduled(plan, rule, cyclic).step(0, SAMPLES).momentum())
                    .isEqualTo(0.9);
        }
        refused(
                () -> scheduled(plan, RmsProp.defaults(), cyclic),
                message.replaceAll("Sgd\\[.*?\\]", RmsProp.defaults().toString()));
    }

    private static TrainingPlan scheduled(TrainingPlan plan, Optimizer rule, Schedule schedule) {
        return new TrainingPlan(plan.network(), plan.loss(), rule, schedule, 27, 4, 3, 1, plan.seed());
    }

    @Test
    void aBatchMayBeLargerThanTheTrainingSet() {
        TrainingPlan plan = plan(1000, 300, 2, 1);
        assertThat(plan.stepsPerEpoch(SAMPLES)).isOne();
        assertThat(plan.step(1, SAMPLES).samples()).isEqualTo(SAMPLES);
        assertThat(plan.firstPosition(1, SAMPLES)).isZero();
    }

    @Test
    void stepsBeyondAnIntAreCounted() {
        TrainingPlan plan = plan(1, 1, Integer.MAX_VALUE, 1);
        long last = plan.steps(SAMPLES) - 1;
        assertThat(last).isEqualTo(Integer.MAX_VALUE * (long) SAMPLES - 1);
        assertThat(plan.epoch(last, SAMPLES)).isEqualTo(Integer.MAX_VALUE - 1);
        assertThat(plan.firstPosition(last, SAMPLES)).isEqualTo(SAMPLES - 1);
    }

    @Test
    void theFirstStateIsAFunctionOfTheSeed() {
        ModelState state = plan(4, 4, 1, 1).initialState();
        assertThat(state.version()).isZero();
        assertThat(state.weights())
                .containsExactly(plan(9, 2, 7, 3).initialState().weights());
        assertThat(state.statistics()).isEmpty();
        assertThat(plan(4, 4, 1, 3).parameters().shards()).isEqualTo(3);
    }

    @Test
    void aPlanWithLinearOutputsOnlyIsEnough() {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(2));
        Network linear = network.output(network.add("fc", Linear.of(2, 3), x)).build();
        assertThat(plan(linear, 4, 4, 1, 1).initialState().weights()).hasSize(32);
    }
}
