package io.convoy.spark.streaming;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.serve.InferenceModel;
import io.convoy.engine.serve.Model;
import io.convoy.spark.Explanation;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.data.HadoopModelFolder;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which model scores which micro-batch, decided before the batch begins and kept under the stream's checkpoints, so that a batch
 * that is repeated has the model that it had:
 *
 * <ul>
 *   <li>{@code versions/VERSION/}: a copy of each version that scored or scores, made when it was first seen;
 *   <li>{@code batches/NUMBER.json}: <code>{"first": VERSION, "second": VERSION}</code>, the latter in an A/B test.
 * </ul>
 *
 * A version that can't be copied, read or compiled is told once and left out, and the one before serves on. One thread.
 */
final class ModelLog {
    /** Only the last batch can be repeated; some more are kept for people. */
    private static final int KEPT = 20;

    /** How long a version that was refused is left alone; its files may have been on their way. */
    private static final Duration REFUSAL = Duration.ofSeconds(30);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HadoopFiles files;
    private final String batches;
    private final String versions;
    private final Served first;
    private final @Nullable Served second;
    private final Precision precision;
    private final Consumer<String> remarks;

    /** A model's folder, and what of it is served. */
    private static final class Served {
        private final String path;
        private @Nullable String version;
        private final Map<String, Long> refused = new HashMap<>();

        Served(String path) {
            this.path = path;
        }
    }

    /**
     * The log in the folder {@code folder}.
     *
     * @param files how everything is reached
     * @param folder absolute
     * @param first the folder of the model, absolute
     * @param second the folder of the A/B test's model, absolute; none without one
     * @param precision what the models compute in, and are compiled for
     * @param remarks gets lines for people
     */
    ModelLog(
            HadoopFiles files,
            String folder,
            String first,
            @Nullable String second,
            Precision precision,
            Consumer<String> remarks) {
        this.files = files;
        this.batches = HadoopFiles.resolve(folder, "batches");
        this.versions = HadoopFiles.resolve(folder, "versions");
        this.first = new Served(first);
        this.second = second == null ? null : new Served(second);
        this.precision = precision;
        this.remarks = remarks;
        last().ifPresent(entry -> {
            this.first.version = entry.first().version();
            if (this.second != null && entry.second() != null) {
                this.second.version = entry.second().version();
            }
        });
    }

    /**
     * The models of the batch {@code number}: those that are logged for it, or else those that are there now, logged before this
     * returns.
     *
     * @throws InvalidInputException if there is no version that can be used
     */
    BatchModels of(long number) {
        String entry = entry(number);
        if (files.exists(entry)) {
            return read(entry);
        }
        BatchModels models = ofQuery();
        ObjectNode json = JSON.createObjectNode().put("first", models.first().version());
        if (models.second() != null) {
            json.put("second", models.second().version());
        }
        files.write(entry, out -> out.write(JSON.writeValueAsBytes(json)));
        forget(number);
        return models;
    }

    /** The models that are there now, for a query that has no micro-batches. */
    BatchModels ofQuery() {
        return new BatchModels(current(first), second == null ? null : current(second));
    }

    private String entry(long number) {
        return HadoopFiles.resolve(batches, String.format(Locale.ROOT, "%012d.json", number));
    }

    private Optional<BatchModels> last() {
        List<String> entries = entries();
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(read(HadoopFiles.resolve(batches, entries.get(entries.size() - 1))));
    }

    private List<String> entries() {
        return files.list(batches).stream()
                .filter(name -> name.matches("[0-9]{12}\\.json"))
                .toList();
    }

    private BatchModels read(String entry) {
        try {
            JsonNode json = JSON.readTree(files.readText(entry));
            JsonNode other = json.get("second");
            return new BatchModels(place(json.path("first").asText()), other == null ? null : place(other.asText()));
        } catch (JsonProcessingException damaged) {
            throw new InvalidInputException(
                    entry + " expects the versions that score a batch, but it has: " + damaged.getOriginalMessage(),
                    damaged);
        }
    }

    private BatchModels.Place place(String version) {
        return new BatchModels.Place(HadoopFiles.resolve(versions, version), version);
    }

    /** The version that is there now, if it can be used, or else the one before. */
    private BatchModels.Place current(Served served) {
        String found = null;
        try {
            found = new HadoopModelFolder(files, served.path).version();
            if (!found.equals(served.version) && !isRefused(served, found)) {
                adopt(served, found);
            }
        } catch (RuntimeException unusable) {
            refuse(served, found == null ? "" : found, unusable);
        }
        String version = served.version;
        if (version == null) {
            throw new InvalidInputException(
                    served.path + " expects a trained model, but it has none that can be used.");
        }
        return place(version);
    }

    private void adopt(Served served, String version) {
        BatchModels.Place place = place(version);
        if (!files.exists(HadoopFiles.resolve(place.path(), Model.CARD))) {
            // The card comes last, as it completes a model.
            for (String file : List.of(Model.NETWORK, Model.WEIGHTS, Model.CARD)) {
                copy(HadoopFiles.resolve(served.path, file), HadoopFiles.resolve(place.path(), file));
            }
        }
        try {
            HadoopModelFolder copied = new HadoopModelFolder(files, place.path());
            if (!copied.version().equals(version)) {
                throw new InvalidInputException(
                        served.path + " expects to stay as it is while it is copied, but it was replaced.");
            }
            try (InferenceModel compiled = InferenceModel.of(copied.read(), precision)) {
                remarks.accept((served.version == null ? "model: " : "new version of the model: ") + version + " of "
                        + compiled.card().name() + " from " + served.path);
            }
        } catch (RuntimeException unusable) {
            files.delete(place.path());
            throw unusable;
        }
        served.version = version;
        served.refused.clear();
    }

    private void copy(String from, String to) {
        try (InputStream in = files.open(from)) {
            files.write(to, in::transferTo);
        } catch (IOException failed) {
            throw new InvalidInputException(
                    from + " expects to be read to its end, but: " + failed.getMessage() + ".", failed);
        }
    }

    private static boolean isRefused(Served served, String version) {
        Long when = served.refused.get(version);
        return when != null && System.nanoTime() - when < REFUSAL.toNanos();
    }

    private void refuse(Served served, String version, RuntimeException unusable) {
        String serving = served.version;
        if (serving == null) {
            throw unusable;
        }
        if (served.refused.put(version, System.nanoTime()) == null) {
            remarks.accept(
                    "refused: " + (version.isEmpty() ? "what is at " : "version " + version + " of ") + served.path
                            + ", so " + serving + " serves on. "
                            + Explanation.of(unusable).map(Explanation::line).orElseGet(unusable::toString));
        }
    }

    /** Removes the entries of batches long past, and the versions that no entry names any more. */
    private void forget(long number) {
        List<String> entries = entries();
        if (entries.size() <= 2 * KEPT) {
            return;
        }
        Set<String> named = new HashSet<>();
        for (String name : entries) {
            String entry = HadoopFiles.resolve(batches, name);
            if (name.compareTo(String.format(Locale.ROOT, "%012d.json", number - KEPT)) < 0) {
                files.delete(entry);
            } else {
                BatchModels models = read(entry);
                named.add(models.first().version());
                if (models.second() != null) {
                    named.add(models.second().version());
                }
            }
        }
        for (String version : files.list(versions)) {
            if (!named.contains(version)) {
                files.delete(HadoopFiles.resolve(versions, version));
            }
        }
    }
}
