package io.convoy.spark.job;

import io.convoy.engine.data.Augmentation;
import io.convoy.engine.data.ClassGroups;
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
import io.convoy.engine.data.TaskTarget;
import io.convoy.engine.form.Form;
import io.convoy.engine.form.NetworkForm;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Suggestion;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.serve.OneShot;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.train.TrainingPlan;
import io.convoy.engine.zoo.SharedBranches;
import io.convoy.engine.zoo.TaskHeads;
import io.convoy.engine.zoo.Zoo;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.AugmentationConfig;
import io.convoy.spark.config.ComparisonConfig;
import io.convoy.spark.config.DataConfig;
import io.convoy.spark.config.LossConfig;
import io.convoy.spark.config.NetworkConfig;
import io.convoy.spark.config.NormalisationConfig;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.Datasets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A configuration and its data, in the engine's terms.
 *
 * @param plan everything that decides the bits, but the data
 * @param train the training images, augmented
 * @param test the test images as they are
 * @param served the network that the model is: the one that is trained, or one branch of it where images are compared
 * @param oneShot how the model is tested where images are compared, if it is
 */
record Recipe(TrainingPlan plan, InputPipeline train, InputPipeline test, Network served, Optional<OneShot> oneShot) {
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
        boolean compares = comparison(config.data()) != null;
        if ((!compares && data.test().classes() != data.train().classes())
                || !data.test().sampleShape().equals(data.train().sampleShape())) {
            throw new InvalidInputException("The test set expects images of "
                    + data.train().sampleShape() + " in " + data.train().classes()
                    + " classes like the training set, but"
                    + " its images are " + data.test().sampleShape() + " in "
                    + data.test().classes() + " classes.");
        }
        if (!data.test().tasks().equals(data.train().tasks())) {
            throw new InvalidInputException("The test set expects the tasks of the training set, "
                    + data.train().tasks() + ", but its own are " + data.test().tasks() + ".");
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
            Network network = network(
                    config.network(),
                    input(config, data.train()),
                    outputs(config, data.train()),
                    train.tasks(),
                    config.loss());
            Network served =
                    compares ? SharedBranches.branch(network, data.train().sampleShape()) : network;
            Optional<OneShot> oneShot = oneShot(config.data());
            oneShot.ifPresent(one -> one.requireFits(data.test()));
            TrainingPlan plan = new TrainingPlan(
                    network,
                    Losses.of(config.loss(), train.tasks()),
                    Updates.of(config),
                    new Schedules(config.training().batch()).of(config.schedule()),
                    config.training().batch(),
                    config.training().microBatch(),
                    config.training().epochs(),
                    config.parameterServer().shards(),
                    seed,
                    config.training().precision());
            plan.requireFits(train);
            plan.requireFitsEvaluation(test);
            return new Recipe(plan, train, test, served, oneShot);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The network that a configuration names or describes, for data with a class alone. */
    static Network network(NetworkConfig config, Shape image, int classes) {
        return network(config, image, classes, List.of(), new LossConfig.WeightedSum(List.of()));
    }

    /**
     * The network that a configuration names or describes. One of the zoo gets a head for each task in place of its last layer,
     * and the weights of the tasks if the loss learns them; one that is described has an output for each task, in order.
     *
     * @param image the shape of the data's images
     * @param classes how many the data have
     * @param tasks of the data, if they have several
     * @throws InvalidInputException if the zoo has none of that name
     * @throws IllegalArgumentException if it can't take such images, or its description can't be used
     */
    static Network network(NetworkConfig config, Shape image, int classes, List<TaskTarget> tasks, LossConfig loss) {
        Form description = config.description();
        if (description != null) {
            Map<String, Integer> outputs = new HashMap<>();
            tasks.forEach(task -> outputs.put(task.name(), task.outputs()));
            Network network = NetworkForm.read(description, "network", new NetworkForm.Data(image, classes, outputs));
            requireOutputs(network, tasks);
            return network;
        }
        String name = config.name();
        if (name == null) {
            throw new IllegalStateException("A run expects the file " + config.file() + " to have been read.");
        }
        requireNetwork(name);
        if (tasks.isEmpty()) {
            return Zoo.network(name, image, classes);
        }
        // The classes of the layer that makes room don't matter.
        return TaskHeads.inPlaceOfClassifier(
                Zoo.network(name, image, 2),
                tasks.stream().map(TaskTarget::name).toList(),
                tasks.stream().map(TaskTarget::outputs).toList(),
                learnedWeights(loss, tasks));
    }

    private static int learnedWeights(LossConfig loss, List<TaskTarget> tasks) {
        if (loss instanceof LossConfig.UncertaintyWeighted learned) {
            return learned.tasks().isEmpty() ? tasks.size() : learned.tasks().size();
        }
        return 0;
    }

    /** Scores beyond the classes, or too few of them, would train all the same. */
    private static void requireOutputs(Network network, List<TaskTarget> tasks) {
        for (int i = 0; i < tasks.size(); i++) {
            Shape expected = Shape.of(tasks.get(i).outputs());
            if (i >= network.outputs().size() || !network.outputSample(i).equals(expected)) {
                throw new InvalidInputException(
                        "network.outputs expects an output for each task of the data, in the order "
                                + tasks.stream()
                                        .map(task -> task.name() + " [" + task.outputs() + "]")
                                        .collect(Collectors.joining(", "))
                                + ", but output " + i + " is "
                                + (i >= network.outputs().size() ? "missing" : network.outputSample(i)) + ".");
            }
        }
    }

    /** The shape of what the network gets: an image, or several one behind the other in channels where they are compared. */
    static Shape input(RunConfig config, Dataset train) {
        ComparisonConfig compare = comparison(config.data());
        Shape image = train.sampleShape();
        return compare == null
                ? image
                : Shape.of(compare.show().images() * image.size(0), image.size(1), image.size(2));
    }

    /** The number that the network gets as that of its classes. */
    static int outputs(RunConfig config, Dataset train) {
        ComparisonConfig compare = comparison(config.data());
        return compare == null ? train.classes() : compare.embedding();
    }

    /** How the configuration wants a model of its data tested where images are compared. */
    static Optional<OneShot> oneShot(DataConfig data) {
        ComparisonConfig compare = comparison(data);
        return Optional.ofNullable(compare == null ? null : compare.oneShot())
                .map(one -> new OneShot(one.ways(), one.episodes(), new Seed(one.seed())));
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
            return new HorizontalFlip(flip.probability(), flip.alternating());
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

    private static @Nullable ComparisonConfig comparison(DataConfig data) {
        return data instanceof DataConfig.Images images ? images.compare() : null;
    }

    private static Optional<Comparison> comparison(RunConfig config, Dataset data) {
        ComparisonConfig compare = comparison(config.data());
        if (compare == null) {
            return Optional.empty();
        }
        ClassGroups groups = compare.others() == ComparisonConfig.Others.SAME_FOLDER
                ? ClassGroups.byFolder(data)
                : ClassGroups.single(data);
        return Optional.of(
                switch (compare.show()) {
                    case PAIRS -> Comparison.pairs(data, (float) compare.alike(), (float) compare.different(), groups);
                    case TRIPLETS -> Comparison.triplets(data, groups);
                    case QUADRUPLETS -> Comparison.quadruplets(data, groups);
                });
    }
}
