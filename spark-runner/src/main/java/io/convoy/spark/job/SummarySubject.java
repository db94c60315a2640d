package io.convoy.spark.job;

import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.TaskTarget;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Suggestion;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.DataConfig;
import io.convoy.spark.config.NetworkConfig;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.Datasets;
import io.convoy.spark.data.HadoopFiles;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a summary is about: a network, and how it would be trained.
 *
 * @param name what the user called it
 * @param network the network
 * @param rule with which optimiser, whose state takes memory
 * @param batch samples a step
 * @param microBatch samples a leaf
 * @param precision of its training programs
 */
public record SummarySubject(
        String name, Network network, UpdateRule rule, int batch, int microBatch, Precision precision) {
    /** Samples a step where only a network is named. */
    public static final int BATCH = 32;

    /** Classes where only a network is named: ImageNet's, or those of most sets of small images. */
    public static final int CLASSES = 1000;

    public static final int CLASSES_OF_SMALL_IMAGES = 10;

    /** The largest of small images. */
    public static final int SMALL_IMAGE = 32;

    /**
     * A network of the zoo or of a file of its own, with SGD with momentum; or that of a configuration.
     *
     * @param given the network's name, or the path of a configuration or of a network
     * @param input the shape of an image, [C, H, W]; none for the one that the network's paper trains on, or that of the
     *     configuration's data, which are read only then
     * @param classes how many; none for {@value #CLASSES}, {@value #CLASSES_OF_SMALL_IMAGES} for small images, or as many as the
     *     configuration's data have
     * @throws InvalidInputException if there is neither a network nor a file of that name, or it can't take such images
     */
    public static SummarySubject of(String given, @Nullable Shape input, @Nullable Integer classes, HadoopFiles files) {
        if (Zoo.has(given)) {
            Shape image = input == null ? Zoo.image(given) : input;
            boolean small = Zoo.image(given).size(1) <= SMALL_IMAGE;
            int count = classes != null ? classes : small ? CLASSES_OF_SMALL_IMAGES : CLASSES;
            return named(given, network(new NetworkConfig(given), image, count));
        }
        if (!files.exists(given)) {
            throw new InvalidInputException(
                    "convoy summary expects the name of a network or the file of a configuration,"
                            + " but there is neither of the name \"" + given + "\"."
                            + Suggestion.nearest(given, Zoo.names())
                                    .map(near -> " Maybe you mean " + near + ".")
                                    .orElse(" Maybe it is one of " + String.join(", ", Zoo.names()) + "."));
        }
        String text = files.readText(given);
        if (ConfigReader.describesNetwork(given, text)) {
            if (input == null) {
                throw new InvalidInputException(
                        given + " expects --input, such as --input 3x32x32, because it describes a"
                                + " network without its data.");
            }
            int count = classes != null ? classes : input.size(1) <= SMALL_IMAGE ? CLASSES_OF_SMALL_IMAGES : CLASSES;
            return named(given, network(ConfigReader.readNetwork(given, text), input, count));
        }
        RunConfig config = TrainingJob.described(ConfigReader.read(given, text, List.of()), files);
        Shape image = input;
        Integer count = classes;
        List<TaskTarget> tasks = List.of();
        // How many outputs each task needs, only the data know.
        boolean labelled = config.data() instanceof DataConfig.Images images && images.labels() != null;
        if (image == null || count == null || labelled) {
            Dataset data = Datasets.of(config.data().at(files::absolute), files).train();
            image = image == null ? Recipe.input(config, data) : image;
            count = count == null ? Recipe.outputs(config, data) : count;
            tasks = data.tasks();
        }
        return new SummarySubject(
                given,
                network(config, image, count, tasks),
                Updates.of(config),
                config.training().batch(),
                config.training().microBatch(),
                config.training().precision());
    }

    private static SummarySubject named(String name, Network network) {
        return new SummarySubject(
                name, network, UpdateRule.of(Sgd.withMomentum(0.9, 0)), BATCH, BATCH, Precision.FLOAT32);
    }

    private static Network network(NetworkConfig config, Shape image, int classes) {
        return built(() -> Recipe.network(config, image, classes));
    }

    private static Network network(RunConfig config, Shape image, int classes, List<TaskTarget> tasks) {
        return built(() -> Recipe.network(config.network(), image, classes, tasks, config.loss()));
    }

    private static Network built(Supplier<Network> network) {
        try {
            return network.get();
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The same with other batches.
     *
     * @param otherBatch none for the same
     * @param otherMicroBatch none for the same, or for the whole of a smaller batch
     * @throws InvalidInputException if no run can have them
     */
    public SummarySubject with(@Nullable Integer otherBatch, @Nullable Integer otherMicroBatch) {
        int whole = otherBatch == null ? Math.max(batch, otherMicroBatch == null ? 0 : otherMicroBatch) : otherBatch;
        int part = otherMicroBatch == null ? Math.min(microBatch, whole) : otherMicroBatch;
        if (whole < 1 || part < 1 || part > whole) {
            throw new InvalidInputException("convoy summary expects a --micro-batch from 1 to --batch, but they are "
                    + part + " and " + whole + ".");
        }
        return new SummarySubject(name, network, rule, whole, part, precision);
    }
}
