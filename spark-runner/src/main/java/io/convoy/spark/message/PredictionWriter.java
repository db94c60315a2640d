package io.convoy.spark.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.ModelCard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes predictions; for any number of threads. In {@link OutputFormat#JSON} a prediction is one line, its fields always in this
 * order:
 *
 * <pre>{@code
 * {"id": "images-3-17",                                  // as the message brought it, else topic-partition-offset
 *  "label": "cat",                                       // the likeliest class of the first head,
 *  "top": [{"label": "cat", "probability": 0.93}, …],    // and the topK likeliest
 *  "heads": {"alphabet": {"label": …, "top": […]}, …},   // further heads, as the first one; not there if there are none
 *  "model": {"name": "…", "version": "…"},
 *  "source": {"topic": "images", "partition": 3, "offset": 17},
 *  "times": {"record": …, "received": …, "scored": …}}   // milliseconds since 1970
 * }</pre>
 *
 * A head of values has {@code "values": […]}, all of them, in place of {@code label} and {@code top}. Numbers are the shortest that
 * read back to the same float32.
 *
 * @param card of the model
 * @param heads what a row of scores is, one head behind the other
 * @param version of the model
 * @param topK how many classes of each head are told, at least 1
 * @param format what the value of a prediction is
 */
public record PredictionWriter(ModelCard card, List<Head> heads, String version, int topK, OutputFormat format) {
    /** On every Java the shortest digits that tell a number from its neighbours. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    // Encoded once, not for every prediction.
    private static final SerializedString HEADS = new SerializedString("heads");
    private static final SerializedString ID = new SerializedString("id");
    private static final SerializedString LABEL = new SerializedString("label");
    private static final SerializedString MODEL = new SerializedString("model");
    private static final SerializedString NAME = new SerializedString("name");
    private static final SerializedString OFFSET = new SerializedString("offset");
    private static final SerializedString PARTITION = new SerializedString("partition");
    private static final SerializedString PROBABILITY = new SerializedString("probability");
    private static final SerializedString RECEIVED = new SerializedString("received");
    private static final SerializedString RECORD = new SerializedString("record");
    private static final SerializedString SCORED = new SerializedString("scored");
    private static final SerializedString SOURCE = new SerializedString("source");
    private static final SerializedString TIMES = new SerializedString("times");
    private static final SerializedString TOP = new SerializedString("top");
    private static final SerializedString TOPIC = new SerializedString("topic");
    private static final SerializedString VALUES = new SerializedString("values");
    private static final SerializedString VERSION = new SerializedString("version");

    /** Checks the range. */
    public PredictionWriter {
        heads = List.copyOf(heads);
        if (topK < 1) {
            throw new IllegalArgumentException("PredictionWriter expects topK ≥ 1, but it got " + topK + ".");
        }
    }

    /** For the scores of the card's own heads. */
    public PredictionWriter(ModelCard card, String version, int topK, OutputFormat format) {
        this(card, card.heads(), version, topK, format);
    }

    /** How many scores a prediction has, over all heads. */
    public int width() {
        return heads.stream().mapToInt(Head::size).sum();
    }

    /**
     * The value of a prediction.
     *
     * @param source where the message stands
     * @param id the name that the message brings, if any
     * @param scores the message's scores, from {@code offset} on
     * @param receivedMillis when the message was received, milliseconds since 1970
     * @param scoredMillis when it was scored
     * @throws UnusableMessageException if a score is no finite number
     */
    public byte[] write(
            Coordinates source,
            @Nullable String id,
            float[] scores,
            int offset,
            long receivedMillis,
            long scoredMillis) {
        int width = width();
        for (int i = 0; i < width; i++) {
            if (!Float.isFinite(scores[offset + i])) {
                throw new UnusableMessageException(
                        "the model's score " + i + " of it is " + scores[offset + i] + ", which is no finite number");
            }
        }
        if (format == OutputFormat.SCORES) {
            ByteBuffer value = ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            value.asFloatBuffer().put(scores, offset, width);
            return value.array();
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream(256 + 48 * topK);
        try (JsonGenerator out = JSON.createGenerator(value)) {
            out.writeStartObject();
            out.writeFieldName(ID);
            out.writeString(id == null ? source.id() : id);
            head(out, heads.get(0), scores, offset);
            if (heads.size() > 1) {
                int at = offset + heads.get(0).size();
                out.writeFieldName(HEADS);
                out.writeStartObject();
                for (Head head : heads.subList(1, heads.size())) {
                    out.writeObjectFieldStart(head.name());
                    head(out, head, scores, at);
                    out.writeEndObject();
                    at += head.size();
                }
                out.writeEndObject();
            }
            out.writeFieldName(MODEL);
            out.writeStartObject();
            out.writeFieldName(NAME);
            out.writeString(card.name());
            out.writeFieldName(VERSION);
            out.writeString(version);
            out.writeEndObject();
            out.writeFieldName(SOURCE);
            out.writeStartObject();
            out.writeFieldName(TOPIC);
            out.writeString(source.topic());
            out.writeFieldName(PARTITION);
            out.writeNumber(source.partition());
            out.writeFieldName(OFFSET);
            out.writeNumber(source.offset());
            out.writeEndObject();
            out.writeFieldName(TIMES);
            out.writeStartObject();
            out.writeFieldName(RECORD);
            out.writeNumber(source.timestampMillis());
            out.writeFieldName(RECEIVED);
            out.writeNumber(receivedMillis);
            out.writeFieldName(SCORED);
            out.writeNumber(scoredMillis);
            out.writeEndObject();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Memory can't be written to.", e);
        }
        return value.toByteArray();
    }

    private void head(JsonGenerator out, Head head, float[] scores, int offset) throws IOException {
        if (head.kind() == Head.Kind.VALUES) {
            out.writeFieldName(VALUES);
            out.writeStartArray();
            for (int i = 0; i < head.size(); i++) {
                out.writeNumber(scores[offset + i]);
            }
            out.writeEndArray();
            return;
        }
        List<Head.Choice> top = head.top(scores, offset, topK);
        out.writeFieldName(LABEL);
        out.writeString(top.get(0).label());
        out.writeFieldName(TOP);
        out.writeStartArray();
        for (Head.Choice choice : top) {
            out.writeStartObject();
            out.writeFieldName(LABEL);
            out.writeString(choice.label());
            out.writeFieldName(PROBABILITY);
            out.writeNumber(choice.probability());
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
