package io.convoy.spark.scoring;

import io.convoy.engine.data.image.Images;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.serve.InferenceModel;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.serve.Scorer;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.data.HadoopModelFolder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this process, of an executor as a rule: each is read and compiled once, however many tasks and threads score with
 * it at the same time or one after the other.
 *
 * <pre>{@code
 * String version = SharedModels.version(path);            // cheap: on the driver, before a batch
 * try (SharedModel model = SharedModels.of(path, version, Precision.FLOAT32)) { // in every task
 *     float[] scores = model.scorer().scores(images, n);
 * }
 * }</pre>
 *
 * <p>Models are reached by path, on any Hadoop file system, and not broadcast: a model of several hundred megabytes then passes
 * neither through the driver nor through the block manager, where it would lie a second time for as long as the job lives, and an
 * executor that scores nothing reads nothing. The version says which model it has to be, so no executor can score with another one
 * than its neighbours.
 *
 * <p>A model that nobody uses stays for the next task, until another version of it has been loaded, or until more than
 * {@value #MOST_IDLE} models are idle; then the one that has been idle for longest is let go.
 */
public final class SharedModels {
    /** How many models that nobody uses are kept. */
    public static final int MOST_IDLE = 4;

    private static final Logger LOG = LoggerFactory.getLogger(SharedModels.class);

    /**
     * What makes a compiled model.
     *
     * @param path its folder, absolute
     * @param version its version
     * @param precision what it computes in
     * @param node up to which node it computes; none for its heads
     */
    private record Key(String path, String version, Precision precision, Optional<String> node) {
        boolean isAnotherVersionOf(Key other) {
            return path.equals(other.path)
                    && precision == other.precision
                    && node.equals(other.node)
                    && !version.equals(other.version);
        }
    }

    private static final class Entry {
        private final CompletableFuture<Scorer> loaded = new CompletableFuture<>();
        private int users;
        private boolean superseded;
    }

    /** In the order in which they were last given back. */
    private static final Map<Key, Entry> ENTRIES = new LinkedHashMap<>();

    private SharedModels() {}

    /**
     * The version of the model that lies at {@code path} now, 16 hexadecimal digits; only its card is read.
     *
     * @throws InvalidInputException if there is none
     */
    public static String version(String path) {
        return version(HadoopFiles.ofThisProcess(), path);
    }

    /** As {@link #version(String)}, for who looks again and again: Hadoop's settings take longer to be read than a model's card. */
    public static String version(HadoopFiles files, String path) {
        return new HadoopModelFolder(files, path).version();
    }

    /**
     * The model at {@code path}, which scores with its heads. Whoever comes first loads it, others wait until it is there.
     *
     * @param path the model's folder on any Hadoop path, the same for every process
     * @param version the version that it has to have, as {@link #version} told it
     * @param precision what feature maps are kept and weights read in; each is a model of its own
     * @throws InvalidInputException if there is no such model, or one of another version; the next caller tries again
     * @throws io.convoy.engine.kernel.KernelException if this CPU doesn't compute in that precision
     */
    public static SharedModel of(String path, String version, Precision precision) {
        return of(path, version, precision, Optional.empty());
    }

    /**
     * As {@link #of(String, String, Precision)}, up to a node of the network, whose values take the place of the scores.
     *
     * @param node the node's name; none for the model's heads
     */
    public static SharedModel of(String path, String version, Precision precision, Optional<String> node) {
        HadoopFiles files = HadoopFiles.ofThisProcess();
        Key key = new Key(files.absolute(path), version, precision, node);
        Entry entry;
        boolean first = false;
        synchronized (ENTRIES) {
            Entry known = ENTRIES.get(key);
            if (known == null) {
                known = new Entry();
                ENTRIES.put(key, known);
                first = true;
            }
            entry = known;
            entry.users++;
        }
        if (first) {
            load(files, key, entry);
        }
        try {
            return new SharedModel(entry.loaded.join(), version, () -> release(key, entry));
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static void load(HadoopFiles files, Key key, Entry entry) {
        try {
            Scorer scorer = scorer(files, key);
            List<Entry> dropped;
            synchronized (ENTRIES) {
                ENTRIES.forEach((other, old) -> old.superseded |= other.isAnotherVersionOf(key));
                dropped = idle();
            }
            entry.loaded.complete(scorer);
            close(dropped);
        } catch (RuntimeException | Error e) {
            synchronized (ENTRIES) {
                ENTRIES.remove(key, entry);
            }
            entry.loaded.completeExceptionally(e);
        }
    }

    private static Scorer scorer(HadoopFiles files, Key key) {
        Model model = new HadoopModelFolder(files, key.path()).read();
        String found = model.version().orElse("none");
        if (!found.equals(key.version())) {
            throw new InvalidInputException(key.path() + " expects the model of version " + key.version()
                    + ", but it holds " + found + ". Maybe it was replaced in the meantime.");
        }
        decoderRemark(model.card()).ifPresent(LOG::warn);
        try {
            return new Scorer(
                    key.node().isEmpty()
                            ? InferenceModel.of(model, key.precision())
                            : InferenceModel.of(
                                    model, key.precision(), key.node().get()));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(String.valueOf(e.getMessage()), e);
        }
    }

    /** What to tell of a model whose images were decoded in another way than here. */
    static Optional<String> decoderRemark(ModelCard card) {
        return card.decoder().isEmpty() || card.decoder().equals(Images.DECODER)
                ? Optional.empty()
                : Optional.of("Model " + card.name() + " expects image files to be decoded by " + card.decoder()
                        + ", as in its training, but this process has " + Images.DECODER
                        + ". Pixels, and with them scores, may differ a little. Maybe run it with the same Java.");
    }

    private static void release(Key key, Entry entry) {
        List<Entry> dropped;
        synchronized (ENTRIES) {
            entry.users--;
            if (entry.users == 0) {
                // To the end of the order.
                ENTRIES.remove(key);
                ENTRIES.put(key, entry);
            }
            dropped = idle();
        }
        close(dropped);
    }

    /** Takes out the idle ones that are not to stay. */
    private static List<Entry> idle() {
        List<Entry> dropped = new ArrayList<>();
        long idle = ENTRIES.values().stream().filter(entry -> entry.users == 0).count();
        for (Iterator<Entry> entries = ENTRIES.values().iterator(); entries.hasNext(); ) {
            Entry entry = entries.next();
            if (entry.users == 0 && (entry.superseded || idle - dropped.size() > MOST_IDLE)) {
                entries.remove();
                dropped.add(entry);
            }
        }
        return dropped;
    }

    private static void close(List<Entry> dropped) {
        dropped.forEach(entry -> entry.loaded.join().close());
    }
}
