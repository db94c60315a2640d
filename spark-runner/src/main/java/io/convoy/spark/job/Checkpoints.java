package io.convoy.spark.job;

import io.convoy.engine.checkpoint.CheckpointException;
import io.convoy.engine.checkpoint.Manifest;
import io.convoy.engine.checkpoint.SafetensorsReader;
import io.convoy.engine.checkpoint.SafetensorsWriter;
import io.convoy.engine.checkpoint.StoredFile;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.schedule.Measurement;
import io.convoy.engine.tensor.Shape;
import io.convoy.ps.shard.ShardSnapshot;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.HadoopFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The checkpoints of a run, in a folder of its own: one folder for each, {@code step-000000938}, with a file for each virtual shard (weights and
 * optimiser state of its parts; the first has the running statistics, too), the configuration, and {@code manifest.json}, which
 * is renamed into place last. A folder without a manifest is an attempt that did not end, and doesn't count.
 */
final class Checkpoints {
    private static final String MANIFEST = "manifest.json";
    private static final String CONFIGURATION = "configuration.json";

    private final HadoopFiles files;
    private final String folder;

    private Checkpoints(HadoopFiles files, String folder) {
        this.files = files;
        this.folder = folder;
    }

    /** The checkpoints of the run {@code run} under the absolute path {@code root}. */
    static Checkpoints of(HadoopFiles files, String root, String run) {
        return new Checkpoints(files, root + "/" + run);
    }

    /** The newest run under {@code root} that has a checkpoint. Runs are named after the time they began. */
    static Optional<String> newestRun(HadoopFiles files, String root) {
        List<String> runs = files.list(root);
        for (int i = runs.size() - 1; i >= 0; i--) {
            if (of(files, root, runs.get(i)).latest().isPresent()) {
                return Optional.of(runs.get(i));
            }
        }
        return Optional.empty();
    }

    private String path(long step, String file) {
        return String.format(Locale.ROOT, "%s/step-%09d/%s", folder, step, file);
    }

    private static String shardFile(int shard) {
        return String.format(Locale.ROOT, "shard-%05d.safetensors", shard);
    }

    /** Writes what one slot owns, and returns its files. */
    List<StoredFile> write(ShardSnapshot snapshot) {
        TreeMap<Integer, List<ShardSnapshot.PartSnapshot>> byShard = new TreeMap<>();
        for (ShardSnapshot.PartSnapshot part : snapshot.parts()) {
            byShard.computeIfAbsent(part.part().shard(), shard -> new ArrayList<>())
                    .add(part);
        }
        if (snapshot.statistics() != null) {
            byShard.computeIfAbsent(0, shard -> new ArrayList<>());
        }
        List<StoredFile> written = new ArrayList<>();
        byShard.forEach((shard, parts) -> {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (ShardSnapshot.PartSnapshot part : parts) {
                Shape shape = Shape.of(part.part().length());
                writer.add(weights(part.part()), shape, part.weights().array(), 0);
                for (int i = 0; i < part.state().size(); i++) {
                    writer.add(state(part.part(), i), shape, part.state().get(i).array(), 0);
                }
            }
            if (shard == 0 && snapshot.statistics() != null) {
                float[] running = snapshot.statistics().running().array();
                writer.add("statistics", Shape.of(running.length), running, 0);
            }
            written.add(store(snapshot.version(), shardFile(shard), writer::writeTo));
        });
        return written;
    }

    private StoredFile store(long step, String name, HadoopFiles.Writer contents) {
        StoredFile[] stored = new StoredFile[1];
        files.write(path(step, name), out -> {
            StoredFile.Output counted = new StoredFile.Output(out);
            contents.write(counted);
            stored[0] = counted.file(name);
        });
        return stored[0];
    }

    private static String weights(Part part) {
        return "part." + part.index() + ".weights";
    }

    private static String state(Part part, int span) {
        return "part." + part.index() + ".state." + span;
    }

    /** Makes the files of a step a checkpoint. */
    void commit(
            RunConfig config,
            long step,
            long epoch,
            List<Measurement> measurements,
            List<StoredFile> shards,
            String version,
            String fingerprint) {
        List<StoredFile> all = new ArrayList<>(shards);
        byte[] json = config.toJson().getBytes(StandardCharsets.UTF_8);
        all.add(store(step, CONFIGURATION, out -> out.write(json)));
        var provenance = Manifest.provenanceOfThisProcess();
        provenance.put("arithmetic", fingerprint);
        Manifest manifest = new Manifest(
                Manifest.FORMAT_VERSION,
                config.name(),
                step,
                epoch,
                config.seed(),
                config.hash(),
                version,
                measurements,
                provenance,
                all);
        files.write(path(step, MANIFEST), out -> out.write(manifest.toJson()));
    }

    /** The whole checkpoint with the most steps; none if there is none. */
    Optional<Manifest> latest() {
        List<String> names = files.list(folder);
        for (int i = names.size() - 1; i >= 0; i--) {
            if (names.get(i).matches("step-[0-9]{9,}")) {
                long step = Long.parseLong(names.get(i).substring("step-".length()));
                String path = path(step, MANIFEST);
                if (files.exists(path)) {
                    return Optional.of(Manifest.parse(path, files.readText(path).getBytes(StandardCharsets.UTF_8)));
                }
            }
        }
        return Optional.empty();
    }

    /** Where the checkpoint of {@code manifest} lies. */
    String place(Manifest manifest) {
        return path(manifest.step(), "");
    }

    /** The configuration that a checkpoint was written with. */
    RunConfig configuration(Manifest manifest) {
        String path = path(manifest.step(), CONFIGURATION);
        return ConfigReader.read(path, files.readText(path), List.of());
    }

    /**
     * Reads a whole checkpoint.
     *
     * @param layout of the network's parameters over as many shards as the checkpoint's configuration has
     * @throws CheckpointException if a file is not what the manifest remembers
     */
    ModelState read(Manifest manifest, ParameterLayout layout, int stateSpans, float[] initialStatistics) {
        float[] flat = new float[layout.length()];
        float[][] spans = new float[stateSpans][layout.length()];
        float[] statistics = initialStatistics.clone();
        for (int shard = 0; shard < layout.shards(); shard++) {
            int number = shard;
            List<Part> parts = layout.parts().stream()
                    .filter(part -> part.shard() == number)
                    .toList();
            boolean hasStatistics = shard == 0 && statistics.length > 0;
            if (parts.isEmpty() && !hasStatistics) {
                continue;
            }
            String path = path(manifest.step(), shardFile(shard));
            try {
                try (InputStream in = files.open(path)) {
                    manifest.file(shardFile(shard)).verify(in);
                }
                try (InputStream in = files.open(path);
                        SafetensorsReader reader = SafetensorsReader.read(path, in)) {
                    for (Part part : parts) {
                        Shape shape = Shape.of(part.length());
                        reader.floats(weights(part), shape, flat, part.offset());
                        for (int i = 0; i < stateSpans; i++) {
                            reader.floats(state(part, i), shape, spans[i], part.offset());
                        }
                    }
                    if (hasStatistics) {
                        reader.floats("statistics", Shape.of(statistics.length), statistics, 0);
                    }
                }
            } catch (IOException e) {
                throw new InvalidInputException(
                        path + " expects to be read to its end, but: " + e.getMessage() + ".", e);
            }
        }
        return new ModelState(manifest.step(), flat, spans, statistics);
    }
}
