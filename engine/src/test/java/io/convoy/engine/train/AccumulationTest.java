package io.convoy.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.Strokes;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.layer.GroupNorm;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.LayerNorm;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.optim.Averaging;
import io.convoy.engine.optim.Clipping;
import io.convoy.engine.optim.Lamb;
import io.convoy.engine.optim.ParameterGroup;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.CifarResNet;
import io.convoy.engine.zoo.Lenet5;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradients are accumulated over the leaves of a batch; rules that need norms train like any other. */
class AccumulationTest {
    private static final Shape IMAGE = Shape.of(1, 28, 28);
    private static final Seed SEED = new Seed(7);

    private final InputPipeline data =
            new InputPipeline(Strokes.train(SEED, 60), Preprocessing.unit(1), List.of(), SEED);

    private static TrainingPlan plan(UpdateRule rule, int microBatch, int shards) {
        return new TrainingPlan(
                Lenet5.of(IMAGE, 10), new CrossEntropy(), rule, new Constant(0.05), 20, microBatch, 2, shards, SEED);
    }

    private ModelState fit(TrainingPlan plan, int cores) {
        return new LocalTrainer(plan, data, data, cores).fit(plan.initialState(), new Listener() {});
    }

    @Test
    void manyLeavesEqualTheWholeBatch() {
        UpdateRule rule = UpdateRule.of(Sgd.withMomentum(0.9, 1e-3)).with(new Clipping.ByNorm(1));
        ModelState whole = fit(plan(rule, 20, 1), 1);
        for (int microBatch : new int[] {1, 3, 10}) {
            ModelState leaves = fit(plan(rule, microBatch, 1), 2);
            for (int i = 0; i < whole.weights().length; i++) {
                assertThat(leaves.weights()[i])
                        .as("weight %d of leaves of %d", i, microBatch)
                        .isCloseTo(whole.weights()[i], within(2e-5f));
            }
        }
    }

    @Test
    void lambClippedAndAveragedHasTheSameBitsOnAnyNumberOfCoresAndShards() {
        UpdateRule rule = UpdateRule.of(new Lamb(0.9, 0.999, 1e-6, 0.01))
                .with(new Clipping.ByNorm(1))
                .with(new Averaging(0.9))
                .with(ParameterGroup.withoutDecay());
        ModelState one = fit(plan(rule, 3, 1), 1);
        for (int shards = 1; shards <= 3; shards++) {
            ModelState other = fit(plan(rule, 3, shards), shards);
            assertThat(other.weights()).isEqualTo(one.weights());
            assertThat(other.optimizerState()).isDeepEqualTo(one.optimizerState());
        }
    }

    @Test
    void theAverageIsEvaluatedAndTrainingGoesOnWithTheWeights() {
        UpdateRule plain = UpdateRule.of(new Sgd(0, 0, 0, false));
        List<Evaluation> seen = new ArrayList<>();
        List<ModelState> states = new ArrayList<>();
        for (UpdateRule rule : List.of(plain, plain.with(new Averaging(0.99)))) {
            TrainingPlan plan = plan(rule, 10, 1);
            states.add(new LocalTrainer(plan, data, data, 2).fit(plan.initialState(), new Listener() {
                @Override
                public void epoch(long epoch, Evaluation evaluation) {
                    seen.add(evaluation);
                }
            }));
        }
        assertThat(states.get(1).weights()).isEqualTo(states.get(0).weights());
        assertThat(seen).hasSize(4);
        // The average lags behind: its loss is larger.
        assertThat(seen.get(3).loss()).isGreaterThan(seen.get(1).loss());
    }

    @Test
    void theLayoutKnowsWhatNormalisingLayersLearn() {
        assertThat(plan(UpdateRule.of(Lamb.defaults()), 1, 1).parameters().entries())
                .noneMatch(entry -> entry.normalization());
        assertThat(Layouts.parameters(CifarResNet.of(IMAGE, 10, 8), 1).entries())
                .allMatch(entry -> entry.normalization()
                        == (entry.name().contains("bn") || entry.name().contains("downsample.1")));
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(4, 3, 3));
        x = builder.add("group", GroupNorm.of(2, 4), x);
        x = builder.add("instance", new InstanceNorm2d(4, 1e-5, true), x);
        x = builder.add("layer", new LayerNorm(Shape.of(4, 3, 3), 1e-5, true, true), x);
        assertThat(Layouts.parameters(builder.output(x).build(), 1).entries())
                .hasSize(6)
                .allMatch(ParameterLayout.Entry::normalization);
    }
}
