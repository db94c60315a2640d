package io.convoy.engine.onnxnode;

import com.fasterxml.jackson.databind.JsonNode;
import io.convoy.engine.checkpoint.SafetensorsReader;
import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One node test: a line of the manifest and its tensors, which are named {@code input.<i>.<value>}, {@code init.<value>} and
 * {@code output.<i>.<value>} after the values of the graph.
 *
 * @param fields the line of the manifest
 * @param file the tensors
 */
record NodeCase(JsonNode fields, SafetensorsReader file) {
    String name() {
        return fields.get("test").textValue();
    }

    /** The version of the operator set. */
    int opset() {
        return fields.get("opset").elements().next().intValue();
    }

    List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        fields.get("nodes").forEach(node -> nodes.add(new Node(node)));
        return nodes;
    }

    /** An ONNX operator with its attributes. */
    record Node(JsonNode fields) {
        String operator() {
            return fields.get("op").textValue();
        }

        List<String> inputs() {
            return texts("inputs");
        }

        List<String> outputs() {
            return texts("outputs");
        }

        String input(int index) {
            return inputs().get(index);
        }

        /** Whether the optional input is there. */
        boolean hasInput(int index) {
            return index < inputs().size() && !input(index).isEmpty();
        }

        String output(int index) {
            return outputs().get(index);
        }

        boolean hasOutput(int index) {
            return index < outputs().size() && !output(index).isEmpty();
        }

        private List<String> texts(String key) {
            List<String> texts = new ArrayList<>();
            fields.get(key).forEach(text -> texts.add(text.textValue()));
            return texts;
        }

        boolean has(String attribute) {
            return fields.get("attrs").has(attribute);
        }

        int whole(String attribute, int absent) {
            return fields.get("attrs").path(attribute).asInt(absent);
        }

        boolean flag(String attribute) {
            return whole(attribute, 0) != 0;
        }

        double number(String attribute, double absent) {
            return fields.get("attrs").path(attribute).asDouble(absent);
        }

        String text(String attribute, String absent) {
            return fields.get("attrs").path(attribute).asText(absent);
        }

        int[] wholes(String attribute, int... absent) {
            if (!has(attribute)) {
                return absent;
            }
            List<Integer> values = new ArrayList<>();
            fields.get("attrs").get(attribute).forEach(value -> values.add(value.intValue()));
            return values.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /** The tensor that the graph's value {@code name} has before it runs: an input or an initialiser. */
    private Optional<String> given(String name) {
        return keys().filter(key -> key.equals("init." + name) || key.matches("input\\.\\d+\\." + quoted(name)))
                .findFirst();
    }

    private String expectedKey(String name) {
        return keys().filter(key -> key.matches("output\\.\\d+\\." + quoted(name)))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(name() + " expects values of " + name + ", but there are none."));
    }

    private String givenKey(String name) {
        return given(name)
                .orElseThrow(() ->
                        new IllegalArgumentException(name() + " expects " + name + " to be an input, but it is none."));
    }

    boolean isGiven(String name) {
        return given(name).isPresent();
    }

    private static String quoted(String name) {
        return java.util.regex.Pattern.quote(name);
    }

    private Stream<String> keys() {
        List<String> keys = new ArrayList<>();
        fields.get("tensors").fieldNames().forEachRemaining(keys::add);
        return keys.stream();
    }

    /** The types of all tensors, in ONNX's words. */
    List<String> types() {
        return keys().map(key -> fields.get("tensors").get(key).get(0).textValue())
                .distinct()
                .toList();
    }

    Shape shape(String name) {
        return file.tensor(givenKey(name)).shape();
    }

    float[] floats(String name) {
        return floatsOf(givenKey(name));
    }

    long[] longs(String name) {
        try {
            return file.longs(givenKey(name));
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    int[] wholes(String name) {
        long[] longs = longs(name);
        int[] wholes = new int[longs.length];
        for (int i = 0; i < longs.length; i++) {
            wholes[i] = Math.toIntExact(longs[i]);
        }
        return wholes;
    }

    Shape expectedShape(String name) {
        return file.tensor(expectedKey(name)).shape();
    }

    /** Indices, masks and bytes as floats, too. */
    float[] expected(String name) {
        return floatsOf(expectedKey(name));
    }

    private float[] floatsOf(String key) {
        try {
            switch (file.tensor(key).type()) {
                case I64 -> {
                    long[] longs = file.longs(key);
                    float[] floats = new float[longs.length];
                    for (int i = 0; i < longs.length; i++) {
                        floats[i] = longs[i];
                    }
                    return floats;
                }
                case U8 -> {
                    byte[] bytes = file.bytes(key);
                    float[] floats = new float[bytes.length];
                    for (int i = 0; i < bytes.length; i++) {
                        floats[i] = Byte.toUnsignedInt(bytes[i]);
                    }
                    return floats;
                }
                default -> {
                    return file.floats(key);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(key, e);
        }
    }
}
