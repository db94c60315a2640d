package io.convoy.spark.job;

import io.convoy.engine.data.Augmentation;
import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.HorizontalFlip;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.RandomShift;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Suggestion;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.train.TrainingPlan;
import io.convoy.engine.zoo.Zoo;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.AugmentationConfig;
import io.convoy.spark.config.NormalisationConfig;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.Datasets;
import java.util.List;

/**
 * A configuration and its data, in the engine's terms.
 *
 * @param plan everything that decides the bits, but the data
 * @param train the training images, augmented
 * @param test the test images as they are
 */
record Recipe(TrainingPlan plan, InputPipeline train, InputPipeline test) {
    /** How inputs are normalised: as configured, else as measured on the training images. */
    static Preprocessing preprocessing(RunConfig config, Dataset train) {
        NormalisationConfig given = config.data().normalisation();
        int channels = train.sampleShape().size(0);
        if (given != null && given.mean().size() != channels) {
            throw new InvalidInputException("data.normalisation expects a mean and a deviation for each of the "
                    + channels + " channels of the training set, but it got "
                    + given.mean().size() + ".");
        }
        return given == null
                ? Preprocessing.measure(train)
                : new Preprocessing(floats(given.mean()), floats(given.deviation()));
    }

    private static List<Float> floats(List<Double> values) {
        return values.stream().map(Double::floatValue).toList();
    }

    /**
     * What {@code config} asks for.
     *
     * @throws InvalidInputException if the network and the data don't fit
     */
    static Recipe of(RunConfig config, Datasets data, Preprocessing preprocessing) {
        Seed seed = new Seed(config.seed());
        if (data.test().classes() != data.train().classes()
                || !data.test().sampleShape().equals(data.train().sampleShape())) {
            throw new InvalidInputException("The test set expects images of "
                    + data.train().sampleShape() + " in " + data.train().classes()
                    + " classes like the training set, but"
                    + " its images are " + data.test().sampleShape() + " in "
                    + data.test().classes() + " classes.");
        }
        requireNetwork(config.network().name());
        Network network;
        TrainingPlan plan;
        try {
            network = Zoo.network(
                    config.network().name(),
                    data.train().sampleShape(),
                    data.train().classes());
            plan = new TrainingPlan(
                    network,
                    Losses.of(config.loss()),
                    Updates.of(config),
                    new Schedules(config.training().batch()).of(config.schedule()),
                    config.training().batch(),
                    config.training().microBatch(),
                    config.training().epochs(),
                    config.parameterServer().shards(),
                    seed);
            plan.requireFits(data.train());
            plan.requireFits(data.test());
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(String.valueOf(e.getMessage()), e);
        }
        return new Recipe(
                plan,
                new InputPipeline(data.train(), preprocessing, augmentations(config), seed),
                new InputPipeline(data.test(), preprocessing, List.of(), seed));
    }

    private static void requireNetwork(String name) {
        if (!Zoo.names().contains(name)) {
            throw new InvalidInputException("network.name expects one of " + String.join(", ", Zoo.names())
                    + ", but it got \"" + name + "\"."
                    + Suggestion.sentence(name, Zoo.names()));
        }
    }

    private static List<Augmentation> augmentations(RunConfig config) {
        return config.data().augmentation().stream().map(Recipe::augmentation).toList();
    }

    private static Augmentation augmentation(AugmentationConfig config) {
        if (config instanceof AugmentationConfig.Shift shift) {
            return new RandomShift(shift.pixels(), RandomShift.Fill.ZERO);
        }
        return new HorizontalFlip(((AugmentationConfig.Flip) config).probability());
    }
}
