package io.convoy.spark.data;

import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.Idx;
import io.convoy.engine.data.MemoryDataset;
import io.convoy.engine.data.Strokes;
import io.convoy.engine.rng.Seed;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.DataConfig;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The training and the test images of a run, in memory, once in a process: slots that share an executor share them.
 *
 * @param train what the network learns from
 * @param test what it never learns from
 */
public record Datasets(Dataset train, Dataset test) {
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
        DataConfig.Idx idx = (DataConfig.Idx) config;
        return new Datasets(
                read("the training set", idx, idx.train(), files), read("the test set", idx, idx.test(), files));
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
