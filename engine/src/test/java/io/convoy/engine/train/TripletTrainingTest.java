package io.convoy.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.data.Comparison;
import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.MemoryDataset;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.Strokes;
import io.convoy.engine.loss.Contrastive;
import io.convoy.engine.loss.Loss;
import io.convoy.engine.loss.TripletMargin;
import io.convoy.engine.optim.Adam;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that compare images learn from a data set of classes. */
class TripletTrainingTest {
    private static final Seed SEED = new Seed(5);

    @ParameterizedTest
    @ValueSource(strings = {"triplet_lenet5", "siamese_lenet5"})
    void comparedImagesTeachADistance(String name) throws InterruptedException {
        Dataset images = MemoryDataset.copyOf(Strokes.train(SEED, 300), 2);
        Dataset others = MemoryDataset.copyOf(Strokes.test(SEED, 200), 2);
        Preprocessing preprocessing = Preprocessing.measure(images);
        boolean triplets = name.startsWith("triplet");
        Loss loss = triplets ? new TripletMargin() : new Contrastive();
        InputPipeline train = pipeline(images, preprocessing, triplets);
        InputPipeline test = pipeline(others, preprocessing, triplets);
        TrainingPlan plan = new TrainingPlan(
                Zoo.network(name, Shape.of(triplets ? 3 : 2, 28, 28), 8),
                loss,
                new Adam(0.9, 0.999, 1e-8, 0, false),
                new Constant(0.002),
                30,
                15,
                4,
                1,
                SEED);
        List<float[]> weights = new ArrayList<>();
        for (int cores = 1; cores <= 2; cores++) {
            List<Double> losses = new ArrayList<>();
            Listener listener = new Listener() {
                @Override
                public void epoch(long epoch, Evaluation evaluation) {
                    losses.add(evaluation.loss());
                    assertThat(evaluation.confusion()).isEmpty();
                }
            };
            weights.add(new LocalTrainer(plan, train, test, cores)
                    .fit(plan.initialState(), listener)
                    .weights());
            // What embeddings that are all equal cost: the margin, or half of its square in half of the pairs.
            double chance = triplets ? 1 : 0.25;
            assertThat(losses.get(3)).isLessThan(0.8 * chance);
        }
        assertThat(weights.get(1)).isEqualTo(weights.get(0));
    }

    private static InputPipeline pipeline(Dataset data, Preprocessing preprocessing, boolean triplets) {
        Comparison comparison = triplets ? Comparison.triplets(data) : Comparison.pairs(data);
        return new InputPipeline(data, preprocessing, List.of(), Optional.empty(), Optional.of(comparison), SEED);
    }
}
