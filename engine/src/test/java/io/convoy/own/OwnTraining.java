package io.convoy.own;

import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.Strokes;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.train.Listener;
import io.convoy.engine.train.LocalTrainer;
import io.convoy.engine.train.TrainingPlan;
import java.util.List;

/** Trains a small network with parts of its own on the digits that Convoy draws itself. */
public final class OwnTraining {
    private OwnTraining() {}

    /** Trains for one epoch; {@code listener} hears of each step. */
    public static ModelState run(int cores, Listener listener) {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(1, 28, 28));
        x = builder.add("conv", Conv2d.of(1, 8, 5).withStride(2), x);
        x = builder.add("scale", new LayerScale(8), x);
        x = builder.add("relu", new Relu(), x);
        x = builder.add("flatten", new Flatten(), x);
        x = builder.add("fc", Linear.of(8 * 12 * 12, 10), x);
        Network network = builder.output(x).build();

        Seed seed = new Seed(1);
        TrainingPlan plan = new TrainingPlan(
                network, new MultiMargin(1), new Lion(0.9, 0.99, 0.01), new Constant(0.004), 64, 16, 1, 1, seed);
        InputPipeline train =
                new InputPipeline(Strokes.train(seed, 2560), Preprocessing.unit(1), List.of(new Cutout(8)), seed);
        InputPipeline test = new InputPipeline(Strokes.test(seed, 500), Preprocessing.unit(1), List.of(), seed);
        return new LocalTrainer(plan, train, test, cores).fit(plan.initialState(), listener);
    }
}
