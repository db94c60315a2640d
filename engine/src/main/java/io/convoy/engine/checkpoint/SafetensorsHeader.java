package io.convoy.engine.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.convoy.engine.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The header of a safetensors file: which tensors it holds, and where.
 *
 * @param metadata free text under {@code __metadata__}, in order of its keys
 * @param tensors in the order of their data, which they cover without a gap
 */
record SafetensorsHeader(SortedMap<String, String> metadata, List<StoredTensor> tensors) {
    /** The longest header that is read or written, in bytes: the limit of the format's own library. */
    static final long MAX_BYTES = 100_000_000;

    static final String METADATA = "__metadata__";

    private static final JsonFactory JSON = new JsonFactory();

    /** Bytes of all data. */
    long dataBytes() {
        return tensors.isEmpty() ? 0 : tensors.get(tensors.size() - 1).end();
    }

    /** The header as JSON, filled up with spaces so that the data starts at a multiple of 8 bytes. */
    byte[] render() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(METADATA);
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            for (StoredTensor tensor : tensors) {
                json.writeObjectFieldStart(tensor.name());
                json.writeStringField("dtype", tensor.type().name());
                json.writeFieldName("shape");
                json.writeArray(tensor.shape().toArray(), 0, tensor.shape().rank());
                json.writeFieldName("data_offsets");
                json.writeArray(new long[] {tensor.begin(), tensor.end()}, 0, 2);
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Safetensors header expects names that UTF-8 can hold", e);
        }
        while (bytes.size() % Long.BYTES != 0) {
            bytes.write(' ');
        }
        if (bytes.size() > MAX_BYTES) {
            throw new CheckpointException("Safetensors header expects at most " + MAX_BYTES + " bytes, but "
                    + tensors.size() + " tensors need " + bytes.size() + ". Maybe several files help.");
        }
        return bytes.toByteArray();
    }

    /** Reads a header and checks everything that can be checked without the data. */
    static SafetensorsHeader parse(String source, byte[] header) {
        return new Parsing(source).header(header);
    }

    private record Parsing(String source) {
        SafetensorsHeader header(byte[] header) {
            SortedMap<String, String> metadata = new TreeMap<>();
            List<StoredTensor> tensors = new ArrayList<>();
            Set<String> names = new HashSet<>();
            try (JsonParser json = JSON.createParser(text(header))) {
                require(
                        json.nextToken() == JsonToken.START_OBJECT,
                        "a JSON object as its header",
                        "another JSON value");
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    require(names.add(name), "each name once", quoted(name) + " twice");
                    if (name.equals(METADATA)) {
                        metadata(json, metadata);
                    } else {
                        tensors.add(tensor(name, json));
                    }
                }
                require(json.nextToken() == null, "nothing behind the JSON object of its header", "more JSON");
            } catch (JsonProcessingException e) {
                throw new CheckpointException(
                        source + " expects a JSON object as its header, but at character "
                                + e.getLocation().getCharOffset()
                                + " it is not JSON. Maybe it is not a safetensors file.",
                        e);
            } catch (IOException e) {
                throw new UncheckedIOException("Reading a header from memory", e);
            }
            return new SafetensorsHeader(metadata, contiguous(tensors));
        }

        private String text(byte[] header) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(header))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new CheckpointException(
                        source + " expects a header in UTF-8, but it has other bytes. Maybe it is not a safetensors"
                                + " file.",
                        e);
            }
        }

        private void metadata(JsonParser json, SortedMap<String, String> into) throws IOException {
            String expected = "an object of strings as " + METADATA;
            require(json.currentToken() == JsonToken.START_OBJECT, expected, "another JSON value");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String key = json.currentName();
                require(json.nextToken() == JsonToken.VALUE_STRING, expected, "another JSON value at " + quoted(key));
                require(
                        into.put(key, json.getText()) == null,
                        "each key of " + METADATA + " once",
                        quoted(key) + " twice");
            }
        }

        private StoredTensor tensor(String name, JsonParser json) throws IOException {
            String subject = "tensor " + quoted(name);
            require(json.currentToken() == JsonToken.START_OBJECT, "an object for " + subject, "another JSON value");
            List<DataType> type = new ArrayList<>();
            List<int[]> shape = new ArrayList<>();
            List<long[]> offsets = new ArrayList<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "dtype" -> type.add(type(subject, json));
                    case "shape" -> shape.add(shape(subject, json));
                    case "data_offsets" ->
                        offsets.add(numbers(json, "two whole numbers as data_offsets of " + subject));
                    default ->
                        throw refused("dtype, shape and data_offsets for " + subject, "the key " + quoted(field));
                }
            }
            require(
                    type.size() == 1 && shape.size() == 1 && offsets.size() == 1,
                    "dtype, shape and data_offsets for " + subject + " once each",
                    "dtype " + times(type.size()) + ", shape " + times(shape.size()) + " and data_offsets "
                            + times(offsets.size()));
            long[] range = offsets.get(0);
            String rangeText = Arrays.toString(range);
            require(
                    range.length == 2 && range[0] >= 0 && range[0] <= range[1],
                    "0 ≤ begin ≤ end as data_offsets of " + subject,
                    rangeText);
            int[] sizes = shape.get(0);
            long bytes = type.get(0).bytes();
            // Counted with saturation: a product beyond a long can't equal the difference of two longs.
            for (int size : sizes) {
                bytes = Math.multiplyHigh(bytes, size) == 0 && bytes * size >= 0 ? bytes * size : -1;
                if (bytes <= 0) {
                    break;
                }
            }
            String form = type.get(0) + Arrays.toString(sizes);
            require(
                    bytes == range[1] - range[0],
                    (bytes < 0 ? "fewer than 2^63" : Long.toString(bytes)) + " bytes for " + subject + " " + form,
                    "data_offsets " + rangeText);
            return new StoredTensor(name, type.get(0), Shape.of(sizes), range[0]);
        }

        private DataType type(String subject, JsonParser json) throws IOException {
            String got = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "another JSON value";
            return DataType.named(got)
                    .orElseThrow(() ->
                            refused("one of " + Arrays.toString(DataType.values()) + " as dtype of " + subject, got));
        }

        private int[] shape(String subject, JsonParser json) throws IOException {
            String expected = "whole numbers from 0 to " + Integer.MAX_VALUE + " as shape of " + subject;
            long[] sizes = numbers(json, expected);
            int[] shape = new int[sizes.length];
            for (int i = 0; i < sizes.length; i++) {
                require(sizes[i] >= 0 && sizes[i] <= Integer.MAX_VALUE, expected, Arrays.toString(sizes));
                shape[i] = (int) sizes[i];
            }
            return shape;
        }

        private long[] numbers(JsonParser json, String expected) throws IOException {
            require(json.currentToken() == JsonToken.START_ARRAY, expected, "another JSON value");
            List<Long> numbers = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                boolean whole = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
                require(whole, expected, "another JSON value among them");
                numbers.add(json.getLongValue());
            }
            return numbers.stream().mapToLong(Long::longValue).toArray();
        }

        private List<StoredTensor> contiguous(List<StoredTensor> tensors) {
            List<StoredTensor> sorted = new ArrayList<>(tensors);
            sorted.sort(Comparator.comparingLong(StoredTensor::begin).thenComparingLong(StoredTensor::end));
            long end = 0;
            for (StoredTensor tensor : sorted) {
                require(
                        tensor.begin() == end,
                        "tensor " + quoted(tensor.name()) + " to begin at byte " + end
                                + ", where the data before it ends",
                        "byte " + tensor.begin());
                end = tensor.end();
            }
            return List.copyOf(sorted);
        }

        private static String times(int count) {
            return count + (count == 1 ? " time" : " times");
        }

        private static String quoted(String name) {
            return '"' + name + '"';
        }

        private void require(boolean holds, String expected, String got) {
            if (!holds) {
                throw refused(expected, got);
            }
        }

        private CheckpointException refused(String expected, String got) {
            return new CheckpointException(source + " expects " + expected + ", but it got " + got + ".");
        }
    }
}
