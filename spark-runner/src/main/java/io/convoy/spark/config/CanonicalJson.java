package io.convoy.spark.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import io.convoy.engine.form.Form;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One JSON text for equal configuration records, on every JDK: keys sorted, no spaces, numbers in the shortest form that reads
 * back to the same bits ({@link Double#toString(double)} changed in JDK 19, so Jackson's own writer is used).
 */
final class CanonicalJson {
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build());

    private CanonicalJson() {}

    /** The JSON of {@code configuration}, with or without the components that are a {@link Circumstance}. */
    static String of(Record configuration, boolean circumstances) {
        return write(tree(configuration, circumstances));
    }

    /** Every scalar and list that counts for the bits, by the path of its key. */
    static Map<String, String> leaves(Record configuration) {
        Map<String, String> leaves = new TreeMap<>();
        collect("", tree(configuration, false), leaves);
        return leaves;
    }

    static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform expects SHA-256, but it is missing.", impossible);
        }
    }

    private static void collect(String path, @Nullable Object value, Map<String, String> leaves) {
        if (value instanceof Map<?, ?> section) {
            section.forEach((key, below) -> collect(path.isEmpty() ? "" + key : path + "." + key, below, leaves));
        } else if (value instanceof List<?> list
                && path.startsWith("network.")
                && list.stream().anyMatch(Map.class::isInstance)) {
            // A network is too long to be told as a whole.
            for (int i = 0; i < list.size(); i++) {
                collect(path + "." + i, list.get(i), leaves);
            }
        } else {
            leaves.put(path, value instanceof String text ? text : write(value));
        }
    }

    private static Object tree(Object value, boolean circumstances) {
        if (value instanceof List<?> list) {
            List<Object> items = new ArrayList<>();
            list.forEach(item -> items.add(tree(item, circumstances)));
            return items;
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }
        return value instanceof Record section ? section(section, circumstances) : value;
    }

    private static @Nullable Object tree(Form form) {
        if (form instanceof Form.Section section) {
            return keys(section);
        }
        if (form instanceof Form.Items list) {
            List<@Nullable Object> items = new ArrayList<>();
            list.items().forEach(item -> items.add(tree(item)));
            return items;
        }
        Form.Scalar scalar = (Form.Scalar) form;
        return scalar.isNothing() ? null : scalar.isLiteral() ? new RawValue(scalar.text()) : scalar.text();
    }

    private static Map<String, @Nullable Object> keys(Form.Section section) {
        Map<String, @Nullable Object> keys = new TreeMap<>();
        section.entries().forEach(entry -> keys.put(entry.key(), tree(entry.value())));
        return keys;
    }

    private static Map<String, @Nullable Object> section(Record section, boolean circumstances) {
        Map<String, @Nullable Object> keys = new TreeMap<>();
        Class<?> type = section.getClass();
        for (Class<?> general : type.getInterfaces()) {
            if (general.isSealed()) {
                keys.put("kind", ConfigReader.kindOf(type));
            }
        }
        for (RecordComponent component : type.getRecordComponents()) {
            if (circumstances || !component.isAnnotationPresent(Circumstance.class)) {
                Object value = read(component, section);
                if (value instanceof Form.Section description) {
                    keys.putAll(keys(description));
                } else if (value != null) {
                    keys.put(component.getName(), tree(value, circumstances));
                }
            }
        }
        return keys;
    }

    private static @Nullable Object read(RecordComponent component, Record section) {
        try {
            return component.getAccessor().invoke(section);
        } catch (ReflectiveOperationException failed) {
            throw new IllegalStateException(component + " expects to be readable.", failed);
        }
    }

    private static String write(@Nullable Object tree) {
        try {
            return MAPPER.writeValueAsString(tree);
        } catch (JsonProcessingException failed) {
            throw new IllegalStateException("A configuration expects to be writable as JSON.", failed);
        }
    }
}
