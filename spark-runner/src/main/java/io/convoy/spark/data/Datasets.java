package io.convoy.spark.data;

import io.convoy.engine.data.Cifar;
import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.Idx;
import io.convoy.engine.data.ImageDataset;
import io.convoy.engine.data.ImageFiles;
import io.convoy.engine.data.MemoryDataset;
import io.convoy.engine.data.QuarterTurns;
import io.convoy.engine.data.Split;
import io.convoy.engine.data.Strokes;
import io.convoy.engine.data.TaskDataset;
import io.convoy.engine.data.TaskTarget;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.ComparisonConfig;
import io.convoy.spark.config.DataConfig;
import io.convoy.spark.config.LabelsConfig;
import io.convoy.spark.config.SplitConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * The training and the test images of a run, in memory, once in a process: slots that share an executor share them.
 *
 * @param train what the network learns from
 * @param test what it never learns from
 * @param notes what whoever runs it should know, e.g. which files were left out, and why
 */
public record Datasets(Dataset train, Dataset test, List<String> notes) {
    private static final String TRAINING_SET = "the training set";
    private static final String TEST_SET = "the test set";

    public Datasets {
        notes = List.copyOf(notes);
    }

    /** Data of which there is nothing to say. */
    public Datasets(Dataset train, Dataset test) {
        this(train, test, List.of());
    }

    private record Loaded(DataConfig config, CompletableFuture<Datasets> data) {}

    /** The data of the process's current run. One run at a time is the rule, so one place is enough. */
    private static final AtomicReference<Optional<Loaded>> CURRENT = new AtomicReference<>(Optional.empty());

    /**
     * The data that {@code config} describes, which must name files by absolute paths. Augmentation and normalisation don't
     * matter here.
     */
    public static Datasets of(DataConfig config, HadoopFiles files) {
        CompletableFuture<Datasets> mine = new CompletableFuture<>();
        Loaded wanted = new Loaded(config, mine);
        Loaded current = CURRENT.updateAndGet(known ->
                        known.filter(one -> one.config().equals(config)).isPresent() ? known : Optional.of(wanted))
                .orElse(wanted);
        if (current.data() == mine) {
            try {
                mine.complete(load(config, files));
            } catch (RuntimeException e) {
                CURRENT.set(Optional.empty());
                mine.completeExceptionally(e);
                throw e;
            }
        }
        try {
            return current.data().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static Datasets load(DataConfig config, HadoopFiles files) {
        if (config instanceof DataConfig.Strokes strokes) {
            Seed seed = new Seed(0).child("strokes");
            return new Datasets(drawn(Strokes.train(seed, strokes.train())), drawn(Strokes.test(seed, strokes.test())));
        }
        if (config instanceof DataConfig.Images images) {
            return images(images, files);
        }
        if (config instanceof DataConfig.Cifar cifar) {
            return new Datasets(
                    read(TRAINING_SET, cifar, cifar.train(), files), read(TEST_SET, cifar, cifar.test(), files));
        }
        DataConfig.Idx idx = (DataConfig.Idx) config;
        return new Datasets(read(TRAINING_SET, idx, idx.train(), files), read(TEST_SET, idx, idx.test(), files));
    }

    private static Datasets images(DataConfig.Images config, HadoopFiles files) {
        ImageFiles.Loaded loaded = read(TRAINING_SET, config, config.train(), Optional.empty(), files);
        List<String> notes = notes(loaded, config.train());
        Dataset train = labelled(config, config.train(), loaded, Optional.empty(), files);
        SplitConfig split = config.split();
        if (split != null) {
            Split parts = Split.stratified(train, split.train(), new Seed(split.seed()));
            return new Datasets(shown(config, parts.train()), parts.test(), notes);
        }
        DataConfig.Images.Tree tree = Objects.requireNonNull(config.test());
        // Whoever compares learns how alike images are, not which classes there are.
        Optional<List<String>> classes =
                config.compare() == null ? Optional.of(loaded.dataset().classNames()) : Optional.empty();
        ImageFiles.Loaded test = read(TEST_SET, config, tree, classes, files);
        List<String> all = new ArrayList<>(notes);
        all.addAll(notes(test, tree));
        return new Datasets(shown(config, train), labelled(config, tree, test, Optional.of(train.tasks()), files), all);
    }

    /**
     * The images with their tasks, if they have any.
     *
     * @param known the tasks of the training images, if these are others
     */
    private static Dataset labelled(
            DataConfig.Images config,
            DataConfig.Images.Tree tree,
            ImageFiles.Loaded loaded,
            Optional<List<TaskTarget>> known,
            HadoopFiles files) {
        ImageDataset images = loaded.dataset();
        if (config.labels() instanceof LabelsConfig.Folders folders) {
            return TaskDataset.ofFolders(
                    images,
                    folders.tasks().stream()
                            .map(task -> new TaskDataset.Folders(task.name(), task.levels()))
                            .toList());
        }
        if (!(config.labels() instanceof LabelsConfig.Csv csv)) {
            return images;
        }
        String file = HadoopFiles.resolve(
                config.root(), known.isEmpty() ? csv.file() : Objects.requireNonNull(csv.testFile()));
        LabelTable table;
        try (InputStream in = files.open(file)) {
            table = LabelTable.read(file, csv, in);
        } catch (IOException e) {
            throw new InvalidInputException(file + " expects to be read to its end, but: " + e.getMessage() + ".", e);
        }
        ImageFiles reader = reader(config, tree);
        List<String> paths = IntStream.range(0, images.size())
                .mapToObj(i -> reader.below(images.key(i)))
                .toList();
        Set<String> all = new HashSet<>(paths);
        loaded.unreadable().keySet().forEach(path -> all.add(reader.below(path)));
        table.requireImages(all, reader.only(), HadoopFiles.resolve(config.root(), tree.path()));
        List<TaskTarget> tasks = known.orElseGet(() -> table.tasks(paths));
        return TaskDataset.of(
                images,
                tasks,
                paths.stream().map(path -> table.targets(tasks, path)).toList());
    }

    private static Dataset shown(DataConfig.Images config, Dataset train) {
        ComparisonConfig compare = config.compare();
        return compare != null && compare.quarterTurns() ? new QuarterTurns(train) : train;
    }

    /** How pictures of any size are brought to the size of the data's images: what scores files has to do it in the same way. */
    public static Fit fit(DataConfig config) {
        if (config instanceof DataConfig.Images images) {
            return new Fit(images.fit() == DataConfig.Fit.CROP ? Fit.Kind.CROP : Fit.Kind.SQUASH, images.keep());
        }
        return new Fit(Fit.Kind.CROP, 1);
    }

    private static ImageFiles.Loaded read(
            String name,
            DataConfig.Images config,
            DataConfig.Images.Tree tree,
            Optional<List<String>> classes,
            HadoopFiles files) {
        ImageFiles reader = reader(config, tree);
        String path = HadoopFiles.resolve(config.root(), tree.path());
        try {
            return reader.load(
                    name, files.tree(path), classes, Runtime.getRuntime().availableProcessors());
        } catch (IOException e) {
            throw new InvalidInputException(path + " expects to be read to its end, but: " + e.getMessage() + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidInputException("Reading " + path + " was interrupted.", e);
        }
    }

    private static ImageFiles reader(DataConfig.Images config, DataConfig.Images.Tree tree) {
        ImageFiles.Limits limits = new ImageFiles.Limits(
                config.maxPixels(),
                config.maxFileBytes(),
                ImageFiles.Limits.defaults().memoryBytes(),
                config.unreadable());
        return new ImageFiles(
                Shape.of(config.channels(), config.height(), config.width()),
                fit(config),
                tree.within(),
                tree.only(),
                // A table knows the labels, whatever folders the images lie in.
                config.labels() instanceof LabelsConfig.Csv ? 0 : config.levels(),
                limits);
    }

    private static List<String> notes(ImageFiles.Loaded loaded, DataConfig.Images.Tree tree) {
        List<String> notes = new ArrayList<>();
        loaded.unreadable()
                .forEach((path, reason) -> notes.add("left out " + path + " of " + tree.path() + ": " + reason));
        if (loaded.passedOver() > 0) {
            notes.add("passed over " + loaded.passedOver() + " files of " + tree.path()
                    + " that are no images by their names");
        }
        return notes;
    }

    private static Dataset read(String name, DataConfig.Cifar config, List<String> names, HadoopFiles files) {
        List<Idx.Source> sources = new ArrayList<>();
        try {
            for (String file : names) {
                String path = HadoopFiles.resolve(config.root(), file);
                try (InputStream in = files.open(path)) {
                    // Whole, since a stream for each would stay open until the last one is read.
                    sources.add(new Idx.Source(path, new ByteArrayInputStream(in.readAllBytes())));
                }
            }
            return Cifar.read(
                    name,
                    switch (config.labels()) {
                        case TEN -> Cifar.Labels.TEN;
                        case COARSE -> Cifar.Labels.COARSE;
                        case FINE -> Cifar.Labels.FINE;
                    },
                    sources);
        } catch (IOException e) {
            throw new InvalidInputException(
                    String.join(" and ", names) + " expect to be read to their end, but: " + e.getMessage() + ".", e);
        }
    }

    private static Dataset drawn(Strokes strokes) {
        try {
            return MemoryDataset.copyOf(strokes, Runtime.getRuntime().availableProcessors());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidInputException("Drawing the data set was interrupted.", e);
        }
    }

    private static Dataset read(String name, DataConfig.Idx idx, DataConfig.Idx.Files pair, HadoopFiles files) {
        String imagePath = HadoopFiles.resolve(idx.root(), pair.images());
        String labelPath = HadoopFiles.resolve(idx.root(), pair.labels());
        try (InputStream images = files.open(imagePath);
                InputStream labels = files.open(labelPath)) {
            return Idx.read(name, idx.classes(), new Idx.Source(imagePath, images), new Idx.Source(labelPath, labels));
        } catch (IOException e) {
            throw new InvalidInputException(
                    imagePath + " and " + labelPath + " expect to be read to their end, but: " + e.getMessage() + ".",
                    e);
        }
    }
}
