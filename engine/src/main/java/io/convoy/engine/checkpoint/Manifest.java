package io.convoy.engine.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convoy.engine.schedule.Measurement;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a checkpoint is: where its run stood, and which files hold it. It is written last, so a checkpoint with a manifest is
 * whole.
 *
 * @param formatVersion of the checkpoint, {@value #FORMAT_VERSION}
 * @param run the run's name
 * @param step updates done
 * @param epoch complete passes over the training set done
 * @param seed the run's seed
 * @param configurationHash of everything that decides the bits of the run
 * @param convoyVersion of the program that wrote it
 * @param measurements what was measured on the test set so far, in order of epochs
 * @param provenance what else may decide bits, e.g. {@code java}, {@code os}, {@code cpu}, {@code onednn}, in order of keys
 * @param files beside the manifest, each name once
 */
public record Manifest(
        int formatVersion,
        String run,
        long step,
        long epoch,
        long seed,
        String configurationHash,
        String convoyVersion,
        List<Measurement> measurements,
        SortedMap<String, String> provenance,
        List<StoredFile> files) {
    /** The version of checkpoints that this program writes and reads. */
    public static final int FORMAT_VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Set<String> KEYS = Set.of(
            "formatVersion",
            "run",
            "step",
            "epoch",
            "seed",
            "configurationHash",
            "convoyVersion",
            "measurements",
            "provenance",
            "files");

    public Manifest {
        if (formatVersion != FORMAT_VERSION) {
            throw new IllegalArgumentException("Manifest expects format version " + FORMAT_VERSION + ", but it got "
                    + formatVersion + ". Maybe it was written by a later Convoy.");
        }
        if (step < 0 || epoch < 0) {
            throw new IllegalArgumentException(
                    "Manifest expects step ≥ 0 and epoch ≥ 0, but it got step " + step + ", epoch " + epoch + ".");
        }
        measurements = List.copyOf(measurements);
        provenance = Collections.unmodifiableSortedMap(new TreeMap<>(provenance));
        files = List.copyOf(files);
        Set<String> names = new HashSet<>();
        for (StoredFile file : files) {
            if (!names.add(file.name())) {
                throw new IllegalArgumentException(
                        "Manifest expects each file once, but it got \"" + file.name() + "\" twice.");
            }
        }
    }

    /** What a program can say of itself without asking anybody: {@code java}, {@code os} and {@code architecture}. */
    public static SortedMap<String, String> provenanceOfThisProcess() {
        SortedMap<String, String> provenance = new TreeMap<>();
        provenance.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        provenance.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        provenance.put("architecture", System.getProperty("os.arch"));
        return provenance;
    }

    /** The file called {@code name}. */
    public StoredFile file(String name) {
        return files.stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new CheckpointException("Manifest of run " + run + " at step " + step
                        + " expects the name of one of its " + files.size() + " files, but it was asked for \"" + name
                        + "\"."));
    }

    /** The manifest as JSON in UTF-8; equal manifests give equal bytes. */
    public byte[] toJson() {
        ObjectNode root = JSON.createObjectNode();
        root.put("formatVersion", formatVersion);
        root.put("run", run);
        root.put("step", step);
        root.put("epoch", epoch);
        root.put("seed", seed);
        root.put("configurationHash", configurationHash);
        root.put("convoyVersion", convoyVersion);
        ArrayNode measurementNodes = root.putArray("measurements");
        for (Measurement measurement : measurements) {
            ObjectNode node = measurementNodes.addObject().put("epoch", measurement.epoch());
            putNumber(node, "loss", measurement.loss());
            putNumber(node, "accuracy", measurement.accuracy());
        }
        ObjectNode provenanceNode = root.putObject("provenance");
        provenance.forEach(provenanceNode::put);
        ArrayNode fileNodes = root.putArray("files");
        for (StoredFile file : files) {
            fileNodes
                    .addObject()
                    .put("name", file.name())
                    .put("bytes", file.bytes())
                    .put("sha256", file.sha256());
        }
        return (root.toPrettyString().replace(System.lineSeparator(), "\n") + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** JSON has no name for what isn't finite. */
    private static void putNumber(ObjectNode node, String key, double value) {
        if (Double.isFinite(value)) {
            node.put(key, value);
        } else {
            node.put(key, Double.toString(value));
        }
    }

    /**
     * Reads what {@link #toJson()} wrote; a key that is missing, unknown or there twice is refused.
     *
     * @param source what messages call the file
     */
    public static Manifest parse(String source, byte[] json) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
            return new Parsing(source).manifest(JSON.readTree(text));
        } catch (CharacterCodingException e) {
            throw new CheckpointException(source + " expects a manifest in UTF-8, but it has other bytes.", e);
        } catch (MismatchedInputException e) {
            throw new CheckpointException(
                    source + " expects nothing behind the manifest, but there is more at line " + line(e) + ".", e);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(
                    source + " expects a manifest in JSON, but line " + line(e) + " is not: " + e.getOriginalMessage()
                            + ".",
                    e);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(source + " is not a manifest that can be used. " + e.getMessage(), e);
        }
    }

    private static long line(JsonProcessingException e) {
        return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    }

    private record Parsing(String source) {
        Manifest manifest(JsonNode root) {
            requireKeys("the manifest", root, KEYS);
            SortedMap<String, String> provenance = new TreeMap<>();
            JsonNode provenanceNode = root.get("provenance");
            require(provenanceNode.isObject(), "an object as provenance", provenanceNode);
            for (Map.Entry<String, JsonNode> entry : provenanceNode.properties()) {
                provenance.put(entry.getKey(), text(provenanceNode, entry.getKey()));
            }
            List<Measurement> measurements = new ArrayList<>();
            require(root.get("measurements").isArray(), "an array as measurements", root.get("measurements"));
            for (JsonNode one : root.get("measurements")) {
                requireKeys("each of measurements", one, Set.of("epoch", "loss", "accuracy"));
                measurements.add(new Measurement(whole(one, "epoch"), number(one, "loss"), number(one, "accuracy")));
            }
            List<StoredFile> files = new ArrayList<>();
            require(root.get("files").isArray(), "an array as files", root.get("files"));
            for (JsonNode file : root.get("files")) {
                requireKeys("each of files", file, Set.of("name", "bytes", "sha256"));
                files.add(new StoredFile(text(file, "name"), whole(file, "bytes"), text(file, "sha256")));
            }
            long version = whole(root, "formatVersion");
            return new Manifest(
                    (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, version)),
                    text(root, "run"),
                    whole(root, "step"),
                    whole(root, "epoch"),
                    whole(root, "seed"),
                    text(root, "configurationHash"),
                    text(root, "convoyVersion"),
                    measurements,
                    provenance,
                    files);
        }

        private void requireKeys(String subject, JsonNode node, Set<String> keys) {
            require(node.isObject(), "an object for " + subject, node);
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                if (!keys.contains(entry.getKey())) {
                    throw new CheckpointException(source + " expects no key \"" + entry.getKey() + "\" in " + subject
                            + ", but it is there. Maybe it was written by a later Convoy.");
                }
            }
            for (String key : new TreeSet<>(keys)) {
                if (!node.has(key)) {
                    throw new CheckpointException(
                            source + " expects the key \"" + key + "\" in " + subject + ", but it is missing.");
                }
            }
        }

        private String text(JsonNode node, String key) {
            require(node.get(key).isTextual(), "text as " + key, node.get(key));
            return node.get(key).textValue();
        }

        private long whole(JsonNode node, String key) {
            JsonNode value = node.get(key);
            require(value.isIntegralNumber() && value.canConvertToLong(), "a whole number as " + key, value);
            return value.longValue();
        }

        private double number(JsonNode node, String key) {
            JsonNode value = node.get(key);
            boolean named =
                    value.isTextual() && Set.of("NaN", "Infinity", "-Infinity").contains(value.textValue());
            require(value.isNumber() || named, "a number as " + key, value);
            return named ? Double.parseDouble(value.textValue()) : value.doubleValue();
        }

        private void require(boolean holds, String expected, JsonNode got) {
            if (!holds) {
                throw new CheckpointException(source + " expects " + expected + ", but it got "
                        + (got.isMissingNode() ? "nothing" : got) + ".");
            }
        }
    }
}
