package io.convoy.spark.job;

import io.convoy.engine.data.Augmentation;
import io.convoy.engine.data.ColorJitter;
import io.convoy.engine.data.Comparison;
import io.convoy.engine.data.Cutout;
import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.HorizontalFlip;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.Mixup;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.RandomResizedCrop;
import io.convoy.engine.data.RandomRotation;
import io.convoy.engine.data.RandomShift;
import io.convoy.engine.network.Form;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.NetworkForm;
import io.convoy.engine.network.Suggestion;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.train.TrainingPlan;
import io.convoy.engine.zoo.Zoo;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.AugmentationConfig;
import io.convoy.spark.config.ComparisonConfig;
import io.convoy.spark.config.DataConfig;
import io.convoy.spark.config.NetworkConfig;
import io.convoy.spark.config.NormalisationConfig;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.Datasets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
        boolean compares = comparison(config) != null;
        if ((!compares && data.test().classes() != data.train().classes())
                || !data.test().sampleShape().equals(data.train().sampleShape())) {
            throw new InvalidInputException("The test set expects images of "
                    + data.train().sampleShape() + " in " + data.train().classes()
                    + " classes like the training set, but"
                    + " its images are " + data.test().sampleShape() + " in "
                    + data.test().classes() + " classes.");
        }
        try {
            InputPipeline train = new InputPipeline(
                    data.train(),
                    preprocessing,
                    augmentations(config),
                    mixup(config),
                    comparison(config, data.train()),
                    seed);
            InputPipeline test = new InputPipeline(
                    data.test(), preprocessing, List.of(), Optional.empty(), comparison(config, data.test()), seed);
            Network network =
                    network(config.network(), train.sampleShape(), data.train().classes());
            TrainingPlan plan = new TrainingPlan(
                    network,
                    Losses.of(config.loss()),
                    Updates.of(config),
                    new Schedules(config.training().batch()).of(config.schedule()),
                    config.training().batch(),
                    config.training().microBatch(),
                    config.training().epochs(),
                    config.parameterServer().shards(),
                    seed);
            plan.requireFits(train);
            plan.requireFitsEvaluation(test);
            return new Recipe(plan, train, test);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The network that a configuration names or describes.
     *
     * @param image the shape of the data's images
     * @param classes how many the data have
     * @throws InvalidInputException if the zoo has none of that name
     * @throws IllegalArgumentException if it can't take such images, or its description can't be used
     */
    static Network network(NetworkConfig config, Shape image, int classes) {
        Form description = config.description();
        if (description != null) {
            return NetworkForm.read(description, "network", new NetworkForm.Data(image, classes));
        }
        String name = config.name();
        if (name == null) {
            throw new IllegalStateException("A run expects the file " + config.file() + " to have been read.");
        }
        requireNetwork(name);
        return Zoo.network(name, image, classes);
    }

    private static void requireNetwork(String name) {
        if (!Zoo.has(name)) {
            throw new InvalidInputException("network.name expects one of " + String.join(", ", Zoo.names())
                    + ", but it got \"" + name + "\"."
                    + Suggestion.sentence(name, Zoo.names()));
        }
    }

    private static List<Augmentation> augmentations(RunConfig config) {
        return config.data().augmentation().stream()
                .filter(one -> !(one instanceof AugmentationConfig.Mixup))
                .map(Recipe::augmentation)
                .toList();
    }

    private static Augmentation augmentation(AugmentationConfig config) {
        if (config instanceof AugmentationConfig.Shift shift) {
            return new RandomShift(shift.pixels(), fill(shift.fill()));
        }
        if (config instanceof AugmentationConfig.Flip flip) {
            return new HorizontalFlip(flip.probability());
        }
        if (config instanceof AugmentationConfig.ResizedCrop crop) {
            return new RandomResizedCrop(crop.minArea(), crop.minRatio());
        }
        if (config instanceof AugmentationConfig.Rotation rotation) {
            return new RandomRotation(rotation.degrees(), fill(rotation.fill()));
        }
        if (config instanceof AugmentationConfig.ColorJitter jitter) {
            return new ColorJitter(jitter.brightness(), jitter.contrast(), jitter.saturation(), jitter.hue());
        }
        AugmentationConfig.Cutout cutout = (AugmentationConfig.Cutout) config;
        return new Cutout(cutout.size(), cutout.level());
    }

    private static RandomShift.Fill fill(AugmentationConfig.Fill fill) {
        return fill == AugmentationConfig.Fill.BLACK ? RandomShift.Fill.ZERO : RandomShift.Fill.EDGE;
    }

    private static Optional<Mixup> mixup(RunConfig config) {
        return config.data().augmentation().stream()
                .filter(AugmentationConfig.Mixup.class::isInstance)
                .map(one -> new Mixup(((AugmentationConfig.Mixup) one).alpha()))
                .findFirst();
    }

    private static @Nullable ComparisonConfig comparison(RunConfig config) {
        return config.data() instanceof DataConfig.Images images ? images.compare() : null;
    }

    private static Optional<Comparison> comparison(RunConfig config, Dataset data) {
        ComparisonConfig compare = comparison(config);
        if (compare == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (compare.show()) {
                    case PAIRS -> Comparison.pairs(data, (float) compare.alike(), (float) compare.different());
                    case TRIPLETS -> Comparison.triplets(data);
                    case QUADRUPLETS -> Comparison.quadruplets(data);
                });
    }
}
