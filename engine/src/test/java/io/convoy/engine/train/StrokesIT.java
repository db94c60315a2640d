package io.convoy.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.MemoryDataset;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.Strokes;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.StepDecay;
import io.convoy.engine.schedule.Unit;
import io.convoy.engine.zoo.Lenet5;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The other half of what the embedded data set promises: a linear model fails on it, a small convolutional one does not. */
class StrokesIT {
    private static final Seed SEED = new Seed(1);

    @Test
    void lenet5PassesNinetyEightPercentInThreeEpochs() throws Exception {
        MemoryDataset train = MemoryDataset.copyOf(Strokes.train(SEED, Strokes.TRAIN_SIZE), 2);
        MemoryDataset test = MemoryDataset.copyOf(Strokes.test(SEED, Strokes.TEST_SIZE), 2);
        Preprocessing preprocessing = Preprocessing.measure(train);
        TrainingPlan plan = new TrainingPlan(
                Lenet5.of(train.sampleShape(), train.classes()),
                new CrossEntropy(),
                Sgd.withMomentum(0.9, 0),
                new StepDecay(0.05, 2, 0.2, Unit.EPOCH),
                128,
                64,
                3,
                1,
                SEED);
        LocalTrainer trainer = new LocalTrainer(
                plan,
                new InputPipeline(train, preprocessing, List.of(), SEED),
                new InputPipeline(test, preprocessing, List.of(), SEED),
                2);
        List<Double> accuracies = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        trainer.fit(plan.initialState(), new Listener() {
            @Override
            public void epoch(long epoch, Evaluation evaluation) {
                accuracies.add(evaluation.accuracy().value());
                losses.add(evaluation.loss());
            }
        });
        assertThat(accuracies).hasSize(3);
        assertThat(accuracies.get(2))
                .as("test accuracy after each epoch: %s", accuracies)
                .isGreaterThan(0.98);
        // Accuracy forgives a third of the training labels being wrong, the loss does not.
        assertThat(losses.get(2)).as("test loss after each epoch: %s", losses).isLessThan(0.1);
    }
}
