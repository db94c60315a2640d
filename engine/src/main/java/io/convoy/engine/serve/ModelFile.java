package io.convoy.engine.serve;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.convoy.engine.checkpoint.CheckpointException;
import io.convoy.engine.checkpoint.StoredFile;
import io.convoy.engine.data.DataException;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.tensor.Shape;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** The file {@code model.json}, key by key: a {@link ModelCard}, and the network and the weights that belong to it. */
record ModelFile(
        int formatVersion,
        String name,
        String network,
        List<Integer> image,
        List<Told> heads,
        Fitted fit,
        String decoder,
        Preprocessed preprocessing,
        Tested testAccuracy,
        long step,
        long epoch,
        String configurationHash,
        SortedMap<String, String> provenance,
        Weighed graph,
        Weighed weights) {
    /** The version of models that this program writes and reads. */
    static final int FORMAT_VERSION = 3;

    record Told(String name, String kind, int size, List<String> labels) {
        static Told of(Head head) {
            return new Told(head.name(), lower(head.kind()), head.size(), head.labels());
        }

        Head head() {
            return new Head(name, constant(Head.Kind.class, kind), size, labels);
        }
    }

    record Fitted(String shape, double keep) {}

    record Preprocessed(List<Float> mean, List<Float> standardDeviation) {}

    record Tested(long correct, long count) {}

    record Weighed(String name, long bytes, String sha256) {
        static Weighed of(StoredFile file) {
            return new Weighed(file.name(), file.bytes(), file.sha256());
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    static ModelFile of(ModelCard card, StoredFile graph, StoredFile weights) {
        return new ModelFile(
                FORMAT_VERSION,
                card.name(),
                card.network(),
                card.image().toList(),
                card.heads().stream().map(Told::of).toList(),
                new Fitted(lower(card.fit().shape()), card.fit().keep()),
                card.decoder(),
                new Preprocessed(
                        card.preprocessing().mean(), card.preprocessing().standardDeviation()),
                new Tested(card.testAccuracy().correct(), card.testAccuracy().count()),
                card.step(),
                card.epoch(),
                card.configurationHash(),
                card.provenance(),
                Weighed.of(graph),
                Weighed.of(weights));
    }

    ModelCard card(String source) {
        try {
            return new ModelCard(
                    name,
                    network,
                    Shape.of(image.stream().mapToInt(Integer::intValue).toArray()),
                    heads.stream().map(Told::head).toList(),
                    new Fit(constant(Fit.Kind.class, fit.shape()), fit.keep()),
                    decoder,
                    new Preprocessing(preprocessing.mean(), preprocessing.standardDeviation()),
                    new Accuracy(testAccuracy.correct(), testAccuracy.count()),
                    step,
                    epoch,
                    configurationHash,
                    provenance);
        } catch (IllegalArgumentException | DataException e) {
            throw unusable(source, String.valueOf(e.getMessage()), e);
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        for (E one : type.getEnumConstants()) {
            if (lower(one).equals(name)) {
                return one;
            }
        }
        throw new IllegalArgumentException("It expects one of "
                + Arrays.stream(type.getEnumConstants()).map(ModelFile::lower).toList() + ", but it got \"" + name
                + "\".");
    }

    StoredFile graphFile(String source) {
        return stored(source, graph);
    }

    StoredFile weightsFile(String source) {
        return stored(source, weights);
    }

    private static StoredFile stored(String source, Weighed file) {
        try {
            return new StoredFile(file.name(), file.bytes(), file.sha256());
        } catch (IllegalArgumentException e) {
            throw unusable(source, String.valueOf(e.getMessage()), e);
        }
    }

    private static CheckpointException unusable(String source, String why, Exception cause) {
        return new CheckpointException(source + " is not a model that can be used. " + why, cause);
    }

    /** As JSON in UTF-8; equal files give equal bytes. */
    byte[] toJson() {
        try {
            return (JSON.writeValueAsString(this).replace(System.lineSeparator(), "\n") + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("A model expects text that UTF-8 can hold", e);
        }
    }

    /**
     * Reads what {@link #toJson()} wrote; a key that is missing, unknown or there twice is refused.
     *
     * @param source what messages call the file
     */
    static ModelFile parse(String source, byte[] json) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
            JsonNode root = tree(source, text);
            requireVersion(source, root);
            for (RecordComponent key : ModelFile.class.getRecordComponents()) {
                if (!root.has(key.getName())) {
                    throw new CheckpointException(
                            source + " expects the key \"" + key.getName() + "\", but it is missing.");
                }
            }
            return JSON.treeToValue(root, ModelFile.class);
        } catch (CharacterCodingException e) {
            throw new CheckpointException(source + " expects a model in UTF-8, but it has other bytes.", e);
        } catch (UnrecognizedPropertyException e) {
            throw new CheckpointException(
                    source + " expects no key \"" + path(e) + "\", but it is there. Maybe it was written by a later"
                            + " Convoy.",
                    e);
        } catch (JsonMappingException e) {
            throw new CheckpointException(
                    source + " expects another value as \"" + path(e) + "\": " + oneLine(e) + ".", e);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(source + " expects a model in JSON, but it is not: " + oneLine(e) + ".", e);
        }
    }

    private static JsonNode tree(String source, String text) throws JsonProcessingException {
        try {
            return JSON.readTree(text);
        } catch (MismatchedInputException e) {
            throw new CheckpointException(
                    source + " expects a model in JSON and nothing behind it, but there is more.", e);
        }
    }

    private static void requireVersion(String source, JsonNode root) {
        JsonNode version = root.get("formatVersion");
        if (version == null || !version.isInt() || version.intValue() != FORMAT_VERSION) {
            throw new CheckpointException(source + " expects a model of format version " + FORMAT_VERSION
                    + ", but it has " + (version == null ? "none" : version)
                    + ". Maybe it was written by a later Convoy, or is another file.");
        }
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference reference : e.getPath()) {
            if (reference.getFieldName() == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
            }
        }
        return path.toString();
    }

    private static String oneLine(JsonProcessingException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("");
    }
}
