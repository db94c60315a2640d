package io.convoy.spark.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.convoy.engine.data.image.ImageException;
import io.convoy.engine.serve.ImageInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages to be scored as the model wants them; for any number of threads. How images are prepared is the model's own
 * business, and nothing that a job could set.
 *
 * @param input what turns pixels into the model's input
 * @param format what the values of messages are
 * @param maxBytes the longest value that is looked at
 */
public record MessageReader(ImageInput input, InputFormat format, int maxBytes) {
    /** The longest value where nobody sets another limit, 32 MiB. */
    public static final int MAX_BYTES = 32 << 20;

    /** The most characters of an id. */
    public static final int MAX_ID = 1024;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(2)
                    .maxNumberLength(MAX_ID)
                    // The value itself is capped before it is parsed.
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /**
     * A message that can be scored.
     *
     * @param id the name that it brings, if any
     * @param input the floats of one input of the model
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Parsed(@Nullable String id, float[] input) {}

    /** Checks the limit. */
    public MessageReader {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("MessageReader expects maxBytes ≥ 1, but it got " + maxBytes + ".");
        }
    }

    /** With {@link #MAX_BYTES}. */
    public MessageReader(ImageInput input, InputFormat format) {
        this(input, format, MAX_BYTES);
    }

    /**
     * Reads a message.
     *
     * @param value its bytes; null is a tombstone
     * @throws UnusableMessageException if it can't be scored, and why
     */
    public Parsed read(byte @Nullable [] value) {
        if (value == null) {
            throw new UnusableMessageException("it is a tombstone, a key without a value");
        }
        if (value.length == 0) {
            throw new UnusableMessageException("it is empty");
        }
        if (value.length > maxBytes) {
            throw new UnusableMessageException(
                    String.format(Locale.ROOT, "its %,d bytes are more than the limit of %,d", value.length, maxBytes));
        }
        return switch (format) {
            case IMAGE -> new Parsed(null, image(value));
            case TENSOR -> new Parsed(null, tensor(value));
            case JSON -> json(value);
        };
    }

    private float[] image(byte[] file) {
        byte[] pixels;
        try {
            pixels = input.decode(file);
        } catch (ImageException e) {
            throw new UnusableMessageException(String.valueOf(e.getMessage()), e);
        }
        float[] floats = new float[input.floats()];
        input.put(pixels, floats, 0);
        return floats;
    }

    private float[] tensor(byte[] value) {
        TensorMessage tensor = TensorMessage.parse(value, input.card().image());
        float[] floats = new float[input.floats()];
        if (tensor.isPixels()) {
            input.put(tensor.pixels(), floats, 0);
        } else {
            input.put(tensor.values(), floats, 0);
        }
        return floats;
    }

    private Parsed json(byte[] value) {
        String id = null;
        String image = null;
        try (JsonParser parser = JSON.createParser(value)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new UnusableMessageException("it is no JSON object");
            }
            for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                JsonToken token = parser.nextToken();
                if ((key.equals("id") && id != null) || (key.equals("image") && image != null)) {
                    throw new UnusableMessageException("its JSON has the key \"" + key + "\" twice");
                }
                switch (key) {
                    case "id" -> id = id(parser, token);
                    case "image" -> {
                        if (token != JsonToken.VALUE_STRING) {
                            throw new UnusableMessageException("its \"image\" is no text");
                        }
                        image = parser.getText();
                    }
                    default ->
                        throw new UnusableMessageException(
                                "its key \"" + shortened(key) + "\" is unknown, only \"id\" and \"image\" are known");
                }
            }
            if (parser.nextToken() != null) {
                throw new UnusableMessageException("there is something behind its JSON object");
            }
        } catch (StreamConstraintsException e) {
            throw new UnusableMessageException(
                    "its JSON has a number or a key that is too long, or too many levels", e);
        } catch (IOException e) {
            throw new UnusableMessageException("it is no JSON", e);
        }
        if (image == null) {
            throw new UnusableMessageException("its JSON has no \"image\"");
        }
        byte[] file;
        try {
            file = Base64.getDecoder().decode(image);
        } catch (IllegalArgumentException e) {
            throw new UnusableMessageException("its \"image\" is no Base64", e);
        }
        if (file.length == 0) {
            throw new UnusableMessageException("its \"image\" is empty");
        }
        return new Parsed(id, image(file));
    }

    private static String id(JsonParser parser, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
            throw new UnusableMessageException("its \"id\" is neither a text nor a whole number");
        }
        String id = parser.getText();
        if (id.isBlank() || id.length() > MAX_ID) {
            throw new UnusableMessageException(
                    "its \"id\" has " + (id.isBlank() ? "no" : "more than " + MAX_ID) + " characters");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(id)) {
            // JSON can escape half of a surrogate pair, which no UTF-8 can carry back.
            throw new UnusableMessageException("its \"id\" has half of a surrogate pair");
        }
        return id;
    }

    private static String shortened(String key) {
        String printable = key.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
        return printable.length() <= 40 ? printable : printable.substring(0, 40) + "…";
    }
}
